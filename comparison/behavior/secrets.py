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
CLAIM = (HERE / "claim.json").read_bytes()
TOKEN = json.loads(CLAIM)["customer_session_token"]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(CLAIM)))
        self.end_headers()
        self.wfile.write(CLAIM)

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
