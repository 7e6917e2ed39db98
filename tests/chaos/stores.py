"""Stores that can be copied."""

import shutil
import uuid
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool


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


def unfinished_runs(store_url: str) -> list[str]:
    """Runs whose files are not marked as written."""
    engine = create_engine(store_url, poolclass=NullPool)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT id FROM runs WHERE NOT exported").all()
    engine.dispose()
    return [row[0] for row in rows]
