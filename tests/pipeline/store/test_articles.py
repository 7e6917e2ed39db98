"""Reading articles."""

from pipeline.store.sql_store import SqlStore
from tests.pipeline.store.deltas import FERRY, NOW, VOTE, delta
from tests.support.samples import article
from transforms.records import Sighting


def test_aliases_of_new_and_of_seen_articles_lead_to_them(store: SqlStore) -> None:
    store.commit(delta(store, FERRY._replace(aliases=["old"]), VOTE))
    store.commit(delta(store, sightings=(Sighting(1, FERRY.references, NOW, ["older"]),)))
    assert store.aliases(["old", "older", "k1", "absent"]) == {"old": "k1", "older": "k1"}


def test_line_hashes_of_a_site_newest_first(store: SqlStore) -> None:
    articles = [
        article(key=f"k{n}", id=str(n), line_hashes=bytes([n, 0, 0, 0]), published=n, site="one.example")
        for n in (1, 2, 3)
    ]
    store.commit(delta(store, *articles))
    found = store.line_hashes(["one.example", "other.example"], 2, without=[2])
    assert [hashes[0] for hashes in found["one.example"]] == [3]
    assert list(found["other.example"]) == []
