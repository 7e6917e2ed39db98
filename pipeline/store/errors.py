"""What can be wrong with a store."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from pipeline.errors import NewsfoldError


class StoreError(NewsfoldError):
    """The store cannot be used."""


class OvertakenError(StoreError):
    """Another run has begun since this one did: it was taken for dead, and must not write any more."""


@contextmanager
def database_failures() -> Iterator[None]:
    """Makes a StoreError of whatever the database says while the block runs."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"the database failed: {' '.join(str(error.orig).split())}") from error
