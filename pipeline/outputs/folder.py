"""The files of an output folder: every name that newsfold reads or writes there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["json", "parquet"]


@dataclass(frozen=True)
class OutputFolder:
    """Where the files of runs are, and beside them the SQLite store and what is derived from it."""

    path: Path

    @property
    def database(self) -> Path:
        """The SQLite store."""
        return self.path / "newsfold.db"

    @property
    def store_url(self) -> str:
        """SQLAlchemy address of the store when no other is named."""
        return f"sqlite:///{self.database}"

    @property
    def journals(self) -> tuple[Path, Path]:
        """What SQLite keeps beside its database: of no use to another one."""
        return self.path / f"{self.database.name}-wal", self.path / f"{self.database.name}-shm"

    @property
    def index(self) -> Path:
        """The index of the stories; it can be deleted at any time."""
        return self.path / "inspect.db"

    @property
    def labels(self) -> Path:
        """Judgements of pairs of articles."""
        return self.path / "labels.jsonl"

    @property
    def report(self) -> Path:
        """The page of `newsfold report`."""
        return self.path / "report.html"

    @property
    def status(self) -> Path:
        """How a loop of runs is, for supervisors."""
        return self.path / "status.json"

    def stories(self, form: Format) -> Path:
        """The snapshot of the active stories."""
        return self.path / f"stories.{_ENDINGS[form]}"

    def stories_state(self, form: Format) -> Path:
        """The hidden file that names the last change that the snapshot holds."""
        return self.path / f".{self.stories(form).name}.state"

    @property
    def form(self) -> Format:
        """The format of the snapshot that is there, JSON Lines when there is none or both."""
        return "parquet" if self.stories("parquet").exists() and not self.stories("json").exists() else "json"

    def run(self, run: str) -> Path:
        """The folder of one run."""
        return self.path / "runs" / run

    def changes(self, run: str, form: Format) -> Path:
        """What became of each story in a run."""
        return self.run(run) / f"changes.{_ENDINGS[form]}"

    def rejected(self, run: str, form: Format) -> Path:
        """The dead letters of a run."""
        return self.run(run) / f"rejected.{_ENDINGS[form]}"

    def manifest(self, run: str) -> Path:
        """What a run read, by which configuration, and what it did."""
        return self.run(run) / "manifest.json"


_ENDINGS: dict[Format, str] = {"json": "jsonl", "parquet": "parquet"}
