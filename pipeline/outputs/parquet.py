"""The output tables as Parquet, for pandas, DuckDB and similar tools."""

from collections.abc import Sequence
from typing import BinaryIO

import orjson
import pyarrow as pa
from pyarrow import parquet

_TEXTS = pa.list_(pa.string())

_ARTICLE = pa.struct(
    [
        ("id", pa.string()),
        ("url", pa.string()),
        ("title", pa.string()),
        ("source", pa.string()),
        ("published", pa.string()),
        ("published_quality", pa.string()),
        ("first_seen", pa.string()),
        ("version", pa.int32()),
        ("copy_of", pa.string()),
        ("similarity", pa.float64()),
    ]
)
STORIES = pa.schema(
    [
        ("schema", pa.int32()),
        ("id", pa.string()),
        ("state", pa.string()),
        ("headline", pa.string()),
        ("summary", pa.string()),
        ("language", pa.string()),
        ("size", pa.int32()),
        ("source_count", pa.int32()),
        ("sources", pa.list_(pa.struct([("source", pa.string()), ("articles", pa.int32())]))),
        ("first_published", pa.string()),
        ("last_published", pa.string()),
        ("first_seen", pa.string()),
        ("last_updated", pa.string()),
        ("representative", pa.string()),
        ("keywords", _TEXTS),
        ("merged_from", _TEXTS),
        ("split_from", pa.string()),
        ("articles", pa.list_(_ARTICLE)),
        (
            "links",
            pa.list_(
                pa.struct([("a", pa.string()), ("b", pa.string()), ("kind", pa.string()), ("score", pa.float64())])
            ),
        ),
    ]
)
CHANGES = pa.schema(
    [
        ("schema", pa.int32()),
        ("kind", pa.string()),
        ("story", pa.string()),
        ("headline", pa.string()),
        ("size", pa.int32()),
        ("articles", _TEXTS),
        ("new_versions", _TEXTS),
        ("merged_from", _TEXTS),
        ("split_from", pa.string()),
        ("moved_from", pa.string()),
    ]
)
REJECTED = pa.schema([(name, pa.string()) for name in ("stage", "reason", "location", "detail", "payload")])


_SCHEMAS = {"stories": STORIES, "changes": CHANGES, "rejected": REJECTED}


def write_table(file: BinaryIO, table: str, lines: Sequence[bytes]) -> None:
    """Writes JSON lines as one Parquet table.

    Times are RFC 3339 text as in the JSON Lines, so that both formats hold the same values; missing members are null.

    Args:
        file: binary file open for writing.
        table: 'stories', 'changes' or 'rejected'.
        lines: JSON objects, one per line.
    """
    parquet.write_table(pa.Table.from_pylist([orjson.loads(line) for line in lines], schema=_SCHEMAS[table]), file)
