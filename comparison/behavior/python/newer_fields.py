"""Lets polar-sdk 1.0.2 read the responses of the server that the offline Polar follows.

The SDK's types are of a newer API document, and it checks each response. Import this module before the first call. Each
rule names what is newer; `USED` has those that were needed.
"""

import typing

import polar.base
import polar.v2026_10.outputs as outputs
import polar.v2026_10.webhooks as webhooks

# Fields that identify an object, and those that the SDK requires in it, which the server does not send.
NEWER = {
    "delivery": ({"type", "timestamp", "data"}, {"api_version": "2026-10"}),
    "product": ({"is_archived", "prices", "benefits"}, {"is_deletable": True}),
    "order item": ({"label", "proration", "product_price_id"}, {"start_timestamp": None, "end_timestamp": None}),
    "license key": ({"display_key", "limit_activations"}, {"member_id": None, "member": None}),
    "subscription of a customer state": (
        {"current_period_end", "meters", "discount_id", "product_id"},
        {"seats": None, "units": None},
    ),
}
USED = set()

# The SDK has the status of a benefit in the place of the status of a subscription, so that it reads no customer state
# with an active subscription, whatever server sends it.
outputs.CustomerStateSubscription.__annotations__["status"] = typing.Literal["active", "trialing"]

strict = polar.base.deserialize


def complete(value):
    if isinstance(value, list):
        return [complete(item) for item in value]
    if not isinstance(value, dict):
        return value
    value = {key: complete(item) for key, item in value.items()}
    for name, (known, newer) in NEWER.items():
        if known <= value.keys() and not newer.keys() <= value.keys():
            USED.add(name)
            value = newer | value
    return value


def deserialize(data, model):
    return strict(complete(data), model)


polar.base.deserialize = webhooks.deserialize = deserialize
