"""Documents to parse."""

import json
from typing import Any

from transforms.records import Document


def document(kind: str, content: Any, location: str = "inbox/file", first_line: int = 1) -> Document:
    """A document with this content, as JSON where it is no text."""
    raw = (
        content
        if isinstance(content, bytes)
        else (content if isinstance(content, str) else json.dumps(content)).encode()
    )
    return Document(location, location, kind, raw, "", first_line, 9)
