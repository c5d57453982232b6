"""The smallest application there is: one question, one call to the platform, in one file of the standard library."""

from __future__ import annotations

import json
import os
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200, {"ok": True})

    def do_POST(self) -> None:
        if os.environ.get("DIES") == "at once":
            os._exit(3)
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": asked["text"]}]}
        request = urllib.request.Request(
            f"{asked.get('at') or os.environ.get('OPENAI_BASE_URL', 'https://api.openai.com/v1')}/chat/completions",
            json.dumps(body).encode(),
            {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"},
        )
        try:
            with urllib.request.urlopen(request, timeout=5) as response:
                reply = json.load(response)["choices"][0]["message"]["content"]
        except (OSError, ValueError) as error:
            if os.environ.get("DIES") == "of a fault":
                print(f"not caught: {error}", file=sys.stderr, flush=True)  # noqa: T201
                os._exit(3)
            self._answer(502, {"error": type(error).__name__})
        else:
            self._answer(200, {"reply": reply})

    def _answer(self, status: int, value: object) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
