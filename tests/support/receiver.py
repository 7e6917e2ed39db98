"""A receiver of webhooks."""

import base64
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()


class Request(NamedTuple):
    identity: str
    timestamp: int
    signature: str
    body: bytes
    at: float

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads(self.body)["data"]
        return data


class Receiver:
    """A server that answers with these statuses, then with 204; 0 is no answer at all."""

    def __init__(self, statuses: Sequence[int] = ()) -> None:
        self.requests: list[Request] = []
        self.statuses = list(statuses)
        self.released = threading.Event()
        self.ended = 0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                names = ("webhook-id", "webhook-timestamp", "webhook-signature")
                identity, moment, signature = (self.headers[name] for name in names)
                receiver.requests.append(Request(identity, int(moment), signature, body, time.monotonic()))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                if not status:
                    receiver.released.wait(600)
                    receiver.ended += 1
                    return
                self.send_response(status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *_: Any) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def changes(self) -> list[dict[str, Any]]:
        """What was told, each request once."""
        told = {request.identity: request.data["changes"] for request in self.requests}
        return [change for changes in told.values() for change in changes]


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    receiver = Receiver(statuses)
    thread = threading.Thread(target=receiver.server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.released.set()
        receiver.server.shutdown()
        thread.join()
        receiver.server.server_close()
