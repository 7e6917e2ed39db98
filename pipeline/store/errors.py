"""What can be wrong with a store; each error is one line for a person."""


class StoreError(Exception):
    """The store cannot be used."""


class OvertakenError(StoreError):
    """Another run has begun since this one did: it was taken for dead, and must not write any more."""
