"""What a purge leaves behind can be lived with."""

from sqlalchemy import func, select

from pipeline.store import schema
from pipeline.store.purge import purge
from pipeline.store.sql_store import SqlStore
from tests.pipeline.store.deltas import DAY, delta
from tests.support.samples import article
from transforms.fetch.health import READ, UNCHANGED
from transforms.records import Article, Poll, Reference, Sighting

HORIZON = 7 * DAY
START = 20_000 * DAY + 600
"""Ten minutes past midnight."""


def told(name: str, at: int, **fields: object) -> Article:
    """One of many articles of which no two have a word in common."""
    text = " ".join(f"{name}{place}" for place in range(40))
    return article(
        key=name, id=f"id-{name}", url=f"https://{name}.example/", title=f"{name}title", text=text,
        site=f"{name}.example", source=name, published=at, fetched_at=at, **fields,
    )  # fmt: skip


def see(store: SqlStore, at: int, sighting: Sighting | None = None, outcome: str = READ) -> None:
    """Reads the feed of all articles, in which one is found again."""
    sightings = [sighting] if sighting else []
    store.commit(delta(store, sightings=sightings, polls=[Poll("a", at, outcome, HORIZON)]))


def buried(store: SqlStore) -> set[str]:
    with store.reading() as connection:
        return set(connection.scalars(select(schema.tombstones.c.key)))


def test_what_is_like_a_purged_article_can_come_the_same_day(store: SqlStore) -> None:
    """The segment of the day on which the horizon ends holds purged articles beside others."""
    old, at = told("alder", START), START + HORIZON + 3600
    store.commit(delta(store, old))
    store.commit(delta(store, told("birch", at)))
    see(store, at + DAY, Sighting(1, old.references, at + DAY))
    assert purge(store, before=at + DAY, horizon_seconds=HORIZON).articles == 1
    assert buried(store) == {"alder"}
    store.commit(delta(store, old._replace(key="again", id="again", site="other.example", published=at, fetched_at=at)))
    with store.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(schema.articles)) == 2


def test_a_key_that_is_another_article_s_alias_is_buried_once(store: SqlStore) -> None:
    for_ever = [Reference("", "")]
    store.commit(delta(store, told("alder", START, aliases=["birch"], references=for_ever)))
    store.commit(delta(store, told("birch", START + 3 * DAY, references=for_ever)))
    store.commit(delta(store, told("elm", START + 9 * DAY)))
    purge(store, before=START + 10 * DAY, horizon_seconds=HORIZON)
    store.commit(delta(store, told("oak", START + 15 * DAY)))
    purge(store, before=START + 16 * DAY, horizon_seconds=HORIZON)
    assert {"alder", "birch"} <= buried(store)


def test_a_tombstone_stays_as_long_as_a_feed_holds_its_article(store: SqlStore) -> None:
    old = told("alder", START)
    held = Sighting(0, old.references, START + 20 * DAY, ("alder",))
    store.commit(delta(store, old))
    store.commit(delta(store, told("birch", START + 8 * DAY)))
    see(store, START + 9 * DAY, Sighting(1, old.references, START + 9 * DAY))
    assert purge(store, before=START + 9 * DAY, horizon_seconds=HORIZON).articles == 1
    see(store, held.seen_at, held)
    purge(store, before=START + 20 * DAY, horizon_seconds=HORIZON)
    assert buried(store) == {"alder"}
    see(store, START + 40 * DAY, outcome=UNCHANGED)
    purge(store, before=START + 40 * DAY, horizon_seconds=HORIZON)
    assert buried(store) == {"alder"}
    see(store, START + 50 * DAY)
    see(store, START + 60 * DAY, outcome=UNCHANGED)
    purge(store, before=START + 60 * DAY, horizon_seconds=HORIZON)
    assert buried(store) == set()
