"""What can be wrong with a store."""

from pipeline.errors import NewsfoldError


class StoreError(NewsfoldError):
    """The store cannot be used."""


class OvertakenError(StoreError):
    """Another run has begun since this one did: it was taken for dead, and must not write any more."""
