"""What the declared language of an article may not do."""

import json
from pathlib import Path

from tests.support.command import lines, newsfold

TEXT = (
    "The lamp of the old lighthouse turned again on Tuesday night, forty years after the last keeper carried his "
    "suitcase down the stairs, locked the door behind him and took the evening boat to the mainland, where he died. "
    "Nobody had expected to see its light again, least of all the fishermen, who had learned to do without."
)


def test_copies_are_found_whatever_languages_they_declare(tmp_path: Path) -> None:
    rows = [
        {
            "id": language,
            "title": "Lighthouse lit again",
            "text": TEXT,
            "language": language,
            "source": f"Post {language}",
        }
        for language in ("en", "de", "ja", "")
    ]
    given = tmp_path / "rows.jsonl"
    given.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert newsfold("run", given, "--output", tmp_path / "out", "--quiet").code == 0
    (story,) = lines(tmp_path / "out" / "stories.jsonl")
    assert len(story["articles"]) == 4
    assert sum(one["copy_of"] is not None for one in story["articles"]) == 3
