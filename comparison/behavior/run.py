#!/usr/bin/env python3
"""Compares what the SDKs do with ten calls, over a server on this machine with scripted responses.

The responses are recorded ones (responses.json). In each case every SDK makes the same ten calls:

- plain: the recorded response;
- enum: a value of an enum is one that no SDK knows;
- missing: a field that the document requires and that only describes is missing;
- lost: the first request of each call is received, and its connection is closed without a response;
- limited: the first request of each call gets 429 with `Retry-After: 1`.

Prints what each call returned and how many requests the server received. `.ci/comparison` installs the SDKs.
"""

import copy
import http.server
import json
import pathlib
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).parent
RESPONSES = json.loads((HERE / "responses.json").read_text())

# The field that changes in the cases `enum` and `missing`; a list has it in its first item.
ENUMS = {
    "products.list": "visibility",
    "products.get": "visibility",
    "checkouts.create": "status",
    "checkouts.get": "status",
    "customers.get_external": "type",
    "customers.get_state": "type",
    "subscriptions.list": "status",
    "orders.list": "status",
    "license_keys.validate": "status",
}
MISSING = {call: "created_at" for call in ENUMS}
CASES = ["plain", "enum", "missing", "lost", "limited"]


def call_of(method, path):
    """Returns the call that a request is of."""
    parts = path.split("?")[0].rstrip("/").split("/")[2:]
    match (method, parts):
        case ("GET", ["products"]):
            return "products.list"
        case ("GET", ["products", _]):
            return "products.get"
        case ("POST", ["checkouts"]):
            return "checkouts.create"
        case ("GET", ["checkouts", _]):
            return "checkouts.get"
        case ("GET", ["customers", "external", _]):
            return "customers.get_external"
        case ("GET", ["customers", _, "state"]):
            return "customers.get_state"
        case ("GET", ["subscriptions"]):
            return "subscriptions.list"
        case ("GET", ["orders"]):
            return "orders.list"
        case ("POST", ["license-keys", "validate"]):
            return "license_keys.validate"
        case ("POST", ["events", "ingest"]):
            return "events.ingest"
    raise ValueError(f"unexpected request: {method} {path}")


def body_of(call, case):
    body = copy.deepcopy(RESPONSES[call]["body"])
    item = body["items"][0] if "items" in body else body
    if case == "enum" and call in ENUMS:
        assert ENUMS[call] in item
        item[ENUMS[call]] = "brand_new"
    if case == "missing" and call in MISSING:
        del item[MISSING[call]]
    return json.dumps(body).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def handle_request(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        call = call_of(self.command, self.path)
        server = self.server
        server.requests[call] = server.requests.get(call, 0) + 1
        is_first = server.requests[call] == 1
        if server.case == "lost" and is_first:
            self.close_connection = True
            return
        status, body, headers = RESPONSES[call]["status"], body_of(call, server.case), {}
        if server.case == "limited" and is_first:
            status, body = 429, b'{"error":"RateLimitExceeded","detail":"Too many requests"}'
            headers = {"Retry-After": "1"}
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = handle_request

    def log_message(self, *_):
        pass


def run(command, case):
    """Runs a client; returns the result of each call, the requests, and the seconds."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.case, server.requests = case, {}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    started = time.monotonic()
    output = subprocess.run(
        [*command, base], stdout=subprocess.PIPE, text=True, timeout=600, check=True
    ).stdout
    elapsed = time.monotonic() - started
    server.shutdown()
    server.server_close()
    results = dict(line.split("\t", 1) for line in output.splitlines())
    if list(results) != list(ORDER):
        sys.exit(f"{command} made other calls: {list(results)}")
    return results, server.requests, elapsed


ORDER = [
    "products.list",
    "products.get",
    "checkouts.create",
    "checkouts.get",
    "customers.get_external",
    "customers.get_state",
    "subscriptions.list",
    "orders.list",
    "license_keys.validate",
    "events.ingest",
]


def main(clients):
    for case in CASES:
        print(f"== {case}")
        for name, command in clients.items():
            results, requests, _ = run(command, case)
            values = sum(result == "value" for result in results.values())
            print(f"{name}: {values} of 10 calls returned a value")
            for call, result in results.items():
                print(f"  {requests.get(call, 0)} request(s)  {call}: {result[:200]}")


if __name__ == "__main__":
    target = HERE.parent / "target/debug"
    main(
        {
            "polar-hyper": [target / "polar-hyper"],
            "polar-sh": [target / "polar-sh"],
            "@polar-sh/sdk": ["node", HERE / "javascript/client.mjs"],
            "polar-sdk": [HERE / "python/.venv/bin/python", HERE / "python/client.py"],
        }
    )
