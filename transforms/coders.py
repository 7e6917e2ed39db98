"""Registers the records that cross shuffles as Beam rows; importing it is enough.

Every process gives a record the same id, so that a worker of a cluster makes that record of what another one sent: by
Beam's own random ids it would make a plain tuple with the same fields. A runner in Java keeps what it knows of an id as
long as it lives; so the id is another one whenever any record has other fields.
"""

import inspect
import uuid

from apache_beam import coders
from apache_beam.typehints.row_type import RowTypeConstraint

from transforms.records import articles, feeds, windows

RECORDS = [
    record
    for module in (articles, feeds, windows)
    for _, record in inspect.getmembers(module, inspect.isclass)
    if record.__module__ == module.__name__
]
_FIELDS = repr([(record.__name__, inspect.get_annotations(record)) for record in RECORDS])

for _record in RECORDS:
    _row = RowTypeConstraint.from_user_type(_record)
    assert _row is not None, _record  # as for whatever is no NamedTuple
    _row.set_schema_id(str(uuid.uuid5(uuid.NAMESPACE_OID, f"{_record.__name__} of {_FIELDS}")))
    coders.registry.register_row(_record)
