"""Why an input is refused: a fixed set of reasons, so that they can be counted and tested."""

from transforms.records import Rejected

REASONS = {
    "not_found": "no such file, or the server answered 404",
    "gone": "the server answered 410: there for good no more",
    "denied": "the server answered 401 or 403",
    "throttled": "the server answered 429: too many requests",
    "server_error": "the server answered with a status of 500 or more",
    "unreadable": "the file or the response could not be read to its end",
    "too_large": "more bytes than the configured limit, counted after decompression",
    "timeout": "no complete answer within the deadline",
    "forbidden_address": "the server stands in a private network, and fetch.private_addresses is false",
    "http_error": "the server answered with another status than success, or with redirects that lead nowhere",
    "network": "no connection, or one that broke",
    "unknown_host": "the name of the server does not exist",
    "host_lookup": "the name of the server could not be looked up just now",
    "empty": "no content at all",
    "not_recognised": "neither a feed, an article row, a page nor text",
    "not_a_feed": "XML or JSON that is no feed of a known format",
    "malformed": "broken beyond what a feed reader would still show",
    "invalid_row": "a line that is no JSON object, or one without the fields of an article",
    "no_text": "neither a title nor a text remains after cleaning",
}


class RejectError(Exception):
    """Bad input that a stage expects: becomes a `Rejected`, never a failed bundle."""

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reject reason {reason!r}")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def rejected(self, stage: str, location: str, payload: str = "") -> Rejected:
        return Rejected(stage, self.reason, location, self.detail, payload)
