"""Writes docs/schema.md, which describes the tables of the store: `python -m tools.schema_page`."""

import sys
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Column, MetaData, Table
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.store import schema

PAGE = Path(__file__).parents[1] / "docs" / "schema.md"

_HEAD = """# The tables of the store

Made from `pipeline/store/schema.py` by `python -m tools.schema_page`; do not edit. The tables are the same in
SQLite and in PostgreSQL; where the two name a type differently, SQLite's name comes first. Times are whole seconds
since 1970 in UTC. Columns of bytes hold little-endian numbers. The primary key is **fat**.
"""


def render(metadata: MetaData) -> str:
    """Renders the page: for each table, in alphabetical order, its columns, keys and indexes.

    Args:
        metadata: the tables.
    """
    tables = sorted(metadata.tables.values(), key=lambda table: table.name)
    return "\n".join([_HEAD, *("\n".join(_section(table)) for table in tables)])


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n"
    if table.comment:
        yield f"{table.comment}.\n"
    yield "| column | type | holds |\n|---|---|---|"
    for column in table.columns:
        name = f"**{column.name}**" if column.primary_key else column.name
        yield f"| {name} | {_type(column)} | {_meaning(column)} |"
    yield ""
    indexes = sorted(table.indexes, key=lambda index: str(index.name))
    for index in indexes:
        unique = "Unique index" if index.unique else "Index"
        yield f"- {unique} `{index.name}` on {', '.join(column.name for column in index.columns)}"
    if indexes:
        yield ""


def _type(column: Column[object]) -> str:
    names = dict.fromkeys(column.type.compile(dialect=one.dialect()) for one in (sqlite, postgresql))
    return " / ".join(names) + (", may be null" if column.nullable else "")


def _meaning(column: Column[object]) -> str:
    keys = sorted(f"a `{key.target_fullname}`" for key in column.foreign_keys)
    parts = [*keys, *(["unique"] if column.unique else []), column.comment or ""]
    return "; ".join(part.replace("|", r"\|") for part in parts if part)


def main() -> None:
    """Writes the page."""
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render(schema.metadata), encoding="utf-8")
    sys.stdout.write(f"{PAGE}\n")


if __name__ == "__main__":
    main()
