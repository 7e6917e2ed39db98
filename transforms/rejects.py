"""Defines the reasons for which an input is rejected: a fixed set, so that they can be counted and tested."""

from transforms.records import Rejected

REASONS = {
    "not_found": "no such file, or the server answered 404",
    "gone": "the server answered 410: removed for good",
    "denied": "the server answered 401 or 403",
    "throttled": "the server answered 429: too many requests",
    "server_error": "the server answered with a status of 500 or more",
    "unreadable": "the file or the response could not be read to its end",
    "too_large": "more bytes than the configured limit, counted after decompression",
    "timeout": "no complete answer within the deadline",
    "forbidden_address": "the server is in a private network, and fetch.private_addresses is false",
    "http_error": "the server answered with another error status, or with redirects that lead nowhere",
    "network": "the connection failed or broke off",
    "unknown_host": "the host name of the server does not exist",
    "host_lookup": "the name service did not answer, so whether the server exists is not known",
    "empty": "no content at all",
    "not_recognised": "neither a feed, an article row, a page nor text",
    "not_a_feed": "XML or JSON that is not a feed of a known format",
    "malformed": "so broken that a feed reader would show nothing of it",
    "invalid_row": "a line that is not a JSON object, or one without the fields of an article",
    "no_text": "neither a title nor a text remains after cleaning",
}


class RejectError(Exception):
    """Raised for bad input that a stage expects; it becomes a `Rejected` and never fails the bundle.

    Args:
        reason: one of `REASONS`.
        detail: one line for a person, without credentials.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        if reason not in REASONS:
            raise ValueError(f"unknown reject reason {reason!r}")
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail

    def rejected(self, stage: str, location: str, payload: str = "") -> Rejected:
        """Returns the dead letter of an input; the arguments are fields of `Rejected`."""
        return Rejected(stage, self.reason, location, self.detail, payload)
