"""Provides a DoFn that has the store open while it works."""

from contextlib import AbstractContextManager
from typing import Generic, TypeVar

import apache_beam as beam

from transforms.ports import StoreFactory

Opened = TypeVar("Opened")


class StoreDoFn(beam.DoFn, Generic[Opened]):
    """Opens the store in `setup` and closes it in `teardown`; subclasses use `self.store`.

    Subclasses name the protocol that they need: `class _Strip(StoreDoFn[StripStore])`.
    """

    store: Opened
    _opened: AbstractContextManager[Opened]

    def __init__(self, factory: StoreFactory[Opened]) -> None:
        super().__init__()
        self._factory = factory

    def setup(self) -> None:
        self._opened = self._factory()
        self.store = self._opened.__enter__()

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
