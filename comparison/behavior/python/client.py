"""Makes the ten calls with the Python SDK: `client.py BASE_URL`, or `--operations`, `--calls`, or `--claim BASE_URL`."""

import inspect
import sys

from polar.v2026_10 import Polar, PolarAsync

ID = "6f4922f4-5568-461a-8cdf-4ad2299f6d23"


def operations(instance):
    """Counts methods; `iter_…` are the pages of a list, and no operations of their own."""
    count = 0
    for name in dir(instance):
        if name.startswith("_"):
            continue
        value = getattr(instance, name)
        if inspect.ismethod(value):
            count += not name.startswith("iter") and name not in CLIENT_METHODS
        elif type(value).__module__.startswith("polar.v2026_10"):
            count += operations(value)
    return count


CLIENT_METHODS = {"from_service"}


def main(argument, server=None):
    polar = Polar("polar_oat_sample", base_url=server or argument)
    if argument == "--claim":
        print(repr(polar.customer_seats.claim_seat(invitation_token="sample")))
        return
    if argument == "--operations":
        print(operations(polar))
        return
    if argument == "--calls":
        for client in [Polar, PolarAsync]:
            call = client("polar_oat_sample", base_url=argument).products.list
            print("async" if inspect.iscoroutinefunction(call) else "blocking")
        return
    calls = {
        "products.list": lambda: polar.products.list(),
        "products.get": lambda: polar.products.get(ID),
        "checkouts.create": lambda: polar.checkouts.create(products=[ID]),
        "checkouts.get": lambda: polar.checkouts.get(ID),
        "customers.get_external": lambda: polar.customers.get_external("ext-1"),
        "customers.get_state": lambda: polar.customers.get_state(ID),
        "subscriptions.list": lambda: polar.subscriptions.list(),
        "orders.list": lambda: polar.orders.list(),
        "license_keys.validate": lambda: polar.license_keys.validate(
            key="POLAR-1", organization_id=ID
        ),
        "events.ingest": lambda: polar.events.ingest(
            events=[{"name": "call", "external_customer_id": "42"}]
        ),
    }
    for call, run in calls.items():
        try:
            run()
            print(f"{call}\tvalue")
        except Exception as error:
            text = f"{type(error).__name__}: {error}".replace("\n", " ").replace("\t", " ")
            print(f"{call}\t{text}")


main(*sys.argv[1:])
