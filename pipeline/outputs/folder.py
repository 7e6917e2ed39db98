"""Layout of the output folder: the name of every file that newsfold reads or writes there."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Format = Literal["json", "parquet"]


@dataclass(frozen=True)
class OutputFolder:
    """An output folder: the files of runs, the SQLite store and the files derived from it."""

    path: Path

    @property
    def database(self) -> Path:
        """Path of the SQLite store."""
        return self.path / "newsfold.db"

    @property
    def store_url(self) -> str:
        """SQLAlchemy URL of the store that is used if no other is given."""
        return f"sqlite:///{self.database}"

    @property
    def journals(self) -> tuple[Path, Path]:
        """Paths of SQLite's write-ahead log and shared memory, which are invalid for any other database."""
        return self.path / f"{self.database.name}-wal", self.path / f"{self.database.name}-shm"

    @property
    def index(self) -> Path:
        """Path of the index of the stories, which can be deleted at any time."""
        return self.path / "inspect.db"

    @property
    def labels(self) -> Path:
        """Path of the human judgements of article pairs."""
        return self.path / "labels.jsonl"

    @property
    def report(self) -> Path:
        """Path of the page written by `newsfold report`."""
        return self.path / "report.html"

    @property
    def status(self) -> Path:
        """Path of the status of `newsfold run --every`, for supervisors."""
        return self.path / "status.json"

    def stories(self, form: Format) -> Path:
        """Returns the path of the snapshot of the active stories."""
        return self.path / f"stories.{_ENDINGS[form]}"

    def stories_state(self, form: Format) -> Path:
        """Returns the path of the hidden file that names the last change in the snapshot."""
        return self.path / f".{self.stories(form).name}.state"

    @property
    def form(self) -> Format:
        """Format of the existing snapshot; JSON Lines if there is none or both."""
        return "parquet" if self.stories("parquet").exists() and not self.stories("json").exists() else "json"

    def run(self, run: str) -> Path:
        """Returns the folder of one run."""
        return self.path / "runs" / run

    def changes(self, run: str, form: Format) -> Path:
        """Returns the path of the changes that a run made to stories."""
        return self.run(run) / f"changes.{_ENDINGS[form]}"

    def rejected(self, run: str, form: Format) -> Path:
        """Returns the path of the dead letters of a run."""
        return self.run(run) / f"rejected.{_ENDINGS[form]}"

    def manifest(self, run: str) -> Path:
        """Returns the path of the manifest of a run: its inputs, its configuration and its results."""
        return self.run(run) / "manifest.json"


_ENDINGS: dict[Format, str] = {"json": "jsonl", "parquet": "parquet"}
