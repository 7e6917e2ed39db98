"""Parameters and results of a run. Beam is not imported here, so that the loop of scheduled runs stays small."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.config import Config
from pipeline.outputs.folder import Format, OutputFolder

if TYPE_CHECKING:
    from pipeline.outputs.webhook import Webhook

Counts = Mapping[str, Mapping[str, int]]
"""Counter values by stage and name."""


@dataclass(frozen=True)
class RunRequest:
    """Parameters of a run.

    Attributes:
        output: folder of the output files; created if missing.
        inputs: inputs as given by the user; if empty, all subscribed feeds are read.
        store_url: SQLAlchemy URL of the store, '' for the one in the output folder.
        config: thresholds and limits.
        beam: Beam's own options, as on a command line.
        form: format of the output files.
        refresh: if true, all feeds are read again, even if not due or unchanged.
        wait_seconds: how long to wait for the lock while another run holds it.
        notify: webhook that receives the changes of stories.
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
        """SQLAlchemy URL of the store."""
        return self.store_url or self.output.store_url


@dataclass(frozen=True)
class Report:
    """Result of a run.

    Attributes:
        run: id of the run, '' for a dry run.
        counts: counters of its stages.
        seconds: duration of the run.
        changes: changes that a dry run would have made, as lines of changes.jsonl; empty for other runs.
    """

    run: str
    counts: Counts
    seconds: float
    changes: Sequence[bytes] = ()
