"""A whole purchase with the Python SDK at an offline Polar: `purchase.py BASE_URL TOKEN SECRET PORT`.

The offline Polar sends its webhooks to the port. `.ci/sdks` runs it.
"""

import http.server
import json
import sys
import threading
import time
import urllib.request

import newer_fields
from polar.v2026_10 import Polar, errors, webhooks

base_url, token, secret, port = sys.argv[1:]
polar = Polar(token, base_url=base_url)
DAY = 24 * 60 * 60
received, rejected = [], []


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body, headers = self.rfile.read(int(self.headers["Content-Length"])), dict(self.headers)
        try:
            received.append(webhooks.validate_event(body, headers, secret).type)
            raises(webhooks.PolarWebhookVerificationError, webhooks.validate_event, body, headers, secret + "x")
        except Exception as error:
            rejected.append(error)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def raises(kind, call, *arguments, **keywords):
    try:
        call(*arguments, **keywords)
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} was not raised")


def until(what, is_true):
    for _ in range(200):
        if rejected:
            raise rejected[0]
        if is_true():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what}: not within 20 seconds; received {received}")


def control(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(f"{base_url}/_mock/{path}", data) as response:
        return json.load(response)


def buy(product, email, seats=None):
    checkout = polar.checkouts.create(
        products=[product.id],
        customer_email=email,
        customer_billing_address={"country": "DE"},
        **({} if seats is None else {"seats": seats}),
    )
    assert checkout.status == "open"
    declined = raises(
        errors.PaymentError,
        polar.checkouts.client_confirm,
        checkout.client_secret,
        confirmation_token_id="ctoken_decline",
    )
    assert declined.status_code == 400
    confirmed = polar.checkouts.client_confirm(
        checkout.client_secret, customer_name="Ann", confirmation_token_id="ctoken_test"
    )
    assert confirmed.status == "confirmed"
    until("the checkout succeeds", lambda: polar.checkouts.get(checkout.id).status == "succeeded")
    return polar.checkouts.get(checkout.id)


receiver = http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver)
threading.Thread(target=receiver.serve_forever, daemon=True).start()

benefit = polar.benefits.create(type="license_keys", description="A key", properties={"prefix": "APP"})
app = polar.products.create(
    name="App",
    recurring_interval="month",
    prices=[{"amount_type": "fixed", "price_amount": 2000, "price_currency": "usd"}],
)
assert len(polar.products.update_benefits(app.id, benefits=[benefit.id]).benefits) == 1
print("created a product with a license key")

customer = buy(app, "ann@acme.com").customer_id
orders = polar.orders.list(customer_id=customer).items
assert [(order.status, order.billing_reason, order.net_amount) for order in orders] == [
    ("paid", "subscription_create", 2000)
]
[subscription] = polar.subscriptions.list(customer_id=customer).items
assert subscription.status == "active"
print("bought it: one order, one active subscription")

[license_key] = polar.license_keys.list(benefit_id=benefit.id).items
validated = polar.license_keys.validate(key=license_key.key, organization_id=app.organization_id)
assert validated.status == "granted"
raises(
    errors.ResourceNotFound, polar.license_keys.validate, key="APP-NONE", organization_id=app.organization_id
)
state = polar.customers.get_state(customer)
assert [active.id for active in state.active_subscriptions] == [subscription.id]
assert [granted.benefit_id for granted in state.granted_benefits] == [benefit.id]
print("validated the license key, and read the state of the customer")

team = polar.products.create(
    name="Team",
    recurring_interval="month",
    prices=[
        {
            "amount_type": "seat_based",
            "price_currency": "usd",
            "seat_tiers": {"tiers": [{"min_seats": 1, "max_seats": None, "price_per_seat": 1000}]},
        }
    ],
)
buy(team, "office@globex.com", seats=3)
[team_subscription] = polar.subscriptions.list(product_id=team.id).items
seat = polar.customer_seats.assign_seat(subscription_id=team_subscription.id, email="bob@globex.com")
assert seat.status == "pending"
[mail] = [mail for mail in control("outbox") if mail["seat_id"] == seat.id]
claimed = polar.customer_seats.claim_seat(invitation_token=mail["invitation_token"])
assert claimed.seat.status == "claimed"
print("bought three seats, assigned and claimed one")

control("clock", {"advance_seconds": 32 * DAY})
renewed = polar.orders.list(customer_id=customer, sorting=["created_at"]).items
assert [order.billing_reason for order in renewed] == ["subscription_create", "subscription_cycle"]
assert polar.subscriptions.get(subscription.id).current_period_start == subscription.current_period_end
print("advanced the clock: the subscription renewed")

canceled = polar.subscriptions.update(subscription.id, cancel_at_period_end=True)
assert canceled.cancel_at_period_end
control("clock", {"advance_seconds": 32 * DAY})
assert polar.subscriptions.get(subscription.id).status == "canceled"
print("canceled at the end of the period")

raised = [event["type"] for event in control("webhooks")]
until("all deliveries arrive", lambda: len(received) == len(raised))
assert received == raised, (received, raised)
assert {"order.paid", "customer_seat.claimed", "subscription.cycled", "subscription.revoked"} <= set(received)
print(f"verified {len(received)} deliveries, in order")
unneeded = newer_fields.NEWER.keys() - newer_fields.USED
assert not unneeded, f"newer_fields.py has rules that nothing needs: {unneeded}"
