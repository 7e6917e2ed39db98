"""What a run is to do, and what it did. Beam is not imported here: a loop of runs only hands this on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.outputs.folder import Format, OutputFolder

if TYPE_CHECKING:
    from pipeline.outputs.webhook import Webhook

Counts = Mapping[str, Mapping[str, int]]
"""By stage and name."""


@dataclass(frozen=True)
class RunRequest:
    """What a run reads, by which settings, and where it leaves what it finds.

    Attributes:
        output: takes the files; made when missing.
        inputs: as a person names them; without any, the feeds that are subscribed to.
        store_url: SQLAlchemy address of the store, '' for the one in the output folder.
        config: thresholds and limits.
        beam: Beam's own options, as on a command line.
        form: of the files.
        refresh: whether feeds are read again, due or not, changed or not.
        wait_seconds: how long to wait for another run.
        notify: what is told of the changes of stories.
    """

    output: OutputFolder
    inputs: Sequence[str] = ()
    store_url: str = ""
    config: Config = field(default_factory=Config)
    beam: Sequence[str] = ()
    form: Format = "json"
    refresh: bool = False
    wait_seconds: float = 0
    notify: "Webhook | None" = None

    @property
    def store(self) -> str:
        """SQLAlchemy address of the store."""
        return self.store_url or self.output.store_url


@dataclass(frozen=True)
class Report:
    """What a run did.

    Attributes:
        run: its id, '' for a dry one.
        counts: of its stages.
        seconds: that the stages took.
        changes: of a dry run, what it would have changed: lines of changes.jsonl.
    """

    run: str
    counts: Counts
    seconds: float
    changes: Sequence[bytes] = ()
