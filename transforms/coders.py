"""Registers the records of `transforms.records` as Beam rows; importing it is enough."""

import inspect

from apache_beam import coders

from transforms import records

for _name, _record in inspect.getmembers(records, inspect.isclass):
    if _record.__module__ == records.__name__:
        coders.registry.register_row(_record)
