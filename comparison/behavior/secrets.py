#!/usr/bin/env python3
"""Prints whether the debug output of a claim contains its session token, for the official SDKs.

Each SDK claims a seat at a server on this machine, which returns a fixed response. `.ci/comparison` installs the SDKs.
"""

import http.server
import json
import pathlib
import subprocess
import threading

HERE = pathlib.Path(__file__).parent
TOKEN = "polar_mst_of_this_comparison"
CLAIM = {
    "customer_session_token": TOKEN,
    "seat": {
        "id": "dcb2c1b9-2f64-4c8c-90e6-d261c78b3eb2", "status": "claimed",
        "created_at": "2026-11-23T05:04:06.744029Z", "modified_at": None,
        "subscription_id": "4663fc95-f630-47e4-8260-a644811e7711", "order_id": None,
        "customer_id": "bbbf4f55-65e0-4653-87ca-16dd84fe37c7",
        "member_id": "302ed440-a3c2-444c-81cd-b55e6c3d34ba", "member": None,
        "email": "zoe@acme.com", "customer_email": "zoe@acme.com",
        "invitation_token_expires_at": None, "claimed_at": "2026-11-23T06:00:00Z",
        "revoked_at": None, "seat_metadata": None,
    },
}  # fmt: skip


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.dumps(CLAIM).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(clients):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_address[1]}"
    for name, command in clients.items():
        output = subprocess.run(
            [*command, "--claim", base], stdout=subprocess.PIPE, text=True, timeout=600, check=True
        ).stdout
        assert "zoe@acme.com" in output, output
        print(f"{'printed' if TOKEN in output else 'hidden'}  {name}")


main(
    {
        "@polar-sh/sdk": ["node", HERE / "javascript/client.mjs"],
        "polar-sdk": [HERE / "python/.venv/bin/python", HERE / "python/client.py"],
    }
)
