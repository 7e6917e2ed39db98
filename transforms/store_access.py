"""A DoFn that has the store open while it works."""

from contextlib import AbstractContextManager

import apache_beam as beam

from transforms.ports import Store, StoreFactory


class StoreDoFn(beam.DoFn):
    """Opens the store in `setup` and closes it in `teardown`; subclasses use `self.store`."""

    store: Store
    _opened: AbstractContextManager[Store]

    def __init__(self, factory: StoreFactory) -> None:
        super().__init__()
        self._factory = factory

    def setup(self) -> None:
        self._opened = self._factory()
        self.store = self._opened.__enter__()

    def teardown(self) -> None:
        self._opened.__exit__(None, None, None)
