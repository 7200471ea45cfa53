"""A server of OAuth 2.0 tokens for tests, on this machine."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs


@dataclass
class TokenServer:
    """Answers each request for a token with the next of `answers`, the last one for ever; `asked` are the requests.

    An answer is a status and a JSON object.
    """

    answers: list[tuple[int, dict[str, Any]]]
    asked: list[dict[str, str]] = field(default_factory=list)

    def __enter__(self) -> Self:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                outer.asked.append({key: values[0] for key, values in parse_qs(body).items()})
                status, value = outer.answers[min(len(outer.asked), len(outer.answers)) - 1]
                data = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/token"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def token(word: str, **more: Any) -> tuple[int, dict[str, Any]]:
    """The answer with that token."""
    return 200, {"access_token": word, "token_type": "Bearer", **more}
