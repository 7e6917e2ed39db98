"""What the README says: reasons of rejection, and the lines that build an index of datasketch from a store."""

import re
from pathlib import Path
from typing import Any

from tests.support.command import ROOT, newsfold
from transforms.rejects import REASONS


def test_the_readme_builds_an_index_of_copies(tmp_path: Path) -> None:
    assert newsfold("run", "configs/quickstart", "--output", tmp_path, "--quiet").code == 0
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {}
    exec(code.replace("news/newsfold.db", str(tmp_path / "newsfold.db")), names)
    copies = names["copies"]
    assert len(copies) == 20
    assert max(len(found) for found in copies.values()) == 3
    assert all(article in found for article, found in copies.items())


def test_the_readme_explains_every_reason() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for reason, meaning in REASONS.items():
        assert f"| `{reason}` | {meaning} |" in readme
