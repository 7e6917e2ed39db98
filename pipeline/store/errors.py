"""Errors of the store."""

from pipeline.errors import NewsfoldError


class StoreError(NewsfoldError):
    """The store cannot be used."""


class OvertakenError(StoreError):
    """A later run has begun, which took this one for dead: it must not write any more."""
