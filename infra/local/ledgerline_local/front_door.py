"""The local stack's front door: the desk at an address that a browser can use.

The emulator serves the API below a long path; on AWS it has a host of its own. This passes every
request on as it is, so that the desk's pages and cookies are the same in both places.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "host", "content-length", "date", "server"}
"""Headers of a connection, not of what it carries."""


def url(port: int) -> str:
    """Where the front door with this port is opened."""
    return f"http://localhost:{port}"


def start(state_dir: Path, port: int):  # type: ignore[no-untyped-def]
    """Starts it, listening on this machine only."""
    from . import readiness

    command = [sys.executable, "-m", "ledgerline_local.front_door", str(state_dir), str(port)]
    environment = {"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(Path(__file__).parents[1])}
    health = f"http://127.0.0.1:{port}/healthz"
    return readiness.start("The front door", command, environment, state_dir / "front_door.log", health)


class FrontDoor(BaseHTTPRequestHandler):
    """Passes one request on, and its answer back."""

    protocol_version = "HTTP/1.1"
    state_dir: Path

    def __getattr__(self, name: str) -> Callable[[], None]:
        """What answers a request, whatever its method."""
        if not name.startswith("do_"):
            raise AttributeError(name)
        return self._healthz if self.path == "/healthz" else self._pass_on

    def _healthz(self) -> None:
        self._answer(200, [], b"ok")

    def _pass_on(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        try:
            target = urlsplit(json.loads((self.state_dir / "stack.json").read_text())["api_url"])
            connection = http.client.HTTPConnection(target.netloc, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            connection.request(self.command, target.path + self.path, body, headers)
            answer = connection.getresponse()
            self._answer(answer.status, answer.getheaders(), answer.read())
            connection.close()
        except (OSError, KeyError, ValueError):
            self._answer(502, [], b"the local stack does not answer\n")

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in HOP_BY_HOP:
                self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: addresses of pages are nobody's business."""


def main(state_dir: str, port: str) -> None:
    """Serves until it is ended."""
    FrontDoor.state_dir = Path(state_dir)
    ThreadingHTTPServer(("127.0.0.1", int(port)), FrontDoor).serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
