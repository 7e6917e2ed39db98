"""Stores that can be copied, and the whole of what is in one."""

import shutil
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import MetaData, create_engine, make_url, select
from sqlalchemy.pool import NullPool

_HISTORY = {"runs"}
_ASIDE = {"run", "runs"}
"""Columns that name a run."""
_OWN_META = {"identity", "commits"}


class Site(NamedTuple):
    """An output folder and its store."""

    output: Path
    store_url: str


class Sites:
    """Makes sites, each with a store of its own.

    Args:
        folder: of the outputs, and of SQLite's stores.
        server: address of a PostgreSQL database under which others may be made, '' for SQLite.
    """

    def __init__(self, folder: Path, server: str) -> None:
        self._folder = folder
        self._server = server

    def new(self, name: str, template: Site | None = None) -> Site:
        """A site, empty or as another one is: nobody may use that one just now."""
        output = self._folder / name
        if template is not None and template.output.exists():
            shutil.copytree(template.output, output)
        if not self._server:
            return Site(output, f"sqlite:///{output / 'newsfold.db'}")
        url, database = make_url(self._server), f"chaos_{uuid.uuid4().hex[:12]}"
        source = "" if template is None else f" TEMPLATE {make_url(template.store_url).database}"
        self._administer(f"CREATE DATABASE {database}{source}")
        return Site(output, url.set(database=database).render_as_string(hide_password=False))

    def drop(self, site: Site) -> None:
        """Removes a site."""
        shutil.rmtree(site.output, ignore_errors=True)
        if self._server:
            self._administer(f"DROP DATABASE {make_url(site.store_url).database} WITH (FORCE)")

    def _administer(self, statement: str) -> None:
        engine = create_engine(self._server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)


def content(store_url: str) -> dict[str, list[Any]]:
    """All rows of all tables, run history aside: whatever a row says of which run wrote it is left out.

    What runs refused is counted once, however many tried; a segment is known by what it holds, since PostgreSQL gives
    an id that was rolled back to nobody.
    """
    engine = create_engine(store_url, poolclass=NullPool)
    tables = MetaData()
    found: dict[str, list[Any]] = {}
    with engine.connect() as connection:
        tables.reflect(connection)
        for name, table in tables.tables.items():
            if name in _HISTORY:
                continue
            aside = _ASIDE | ({"position"} if name == "rejected" else set()) | ({"id"} if name == "segments" else set())
            columns = [column for column in table.c if column.name not in aside]
            rows = [tuple(row) for row in connection.execute(select(*columns))]
            if name == "store_meta":
                rows = [row for row in rows if row[0] not in _OWN_META]
            found[name] = sorted(set(rows) if name == "rejected" else rows, key=repr)
    engine.dispose()
    return found


def unfinished_runs(store_url: str) -> list[str]:
    """Runs whose files are not marked as written."""
    engine = create_engine(store_url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM runs WHERE NOT exported").all()
    engine.dispose()
    return [row[0] for row in rows]
