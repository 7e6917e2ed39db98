"""Two articles, and windows that are matched and folded into a store."""

from collections.abc import Sequence

from pipeline.store.sql_store import SqlStore
from tests.support.samples import article
from transforms.fold.fold import Settings as FoldSettings
from transforms.fold.fold import fold
from transforms.match.match import Settings as MatchSettings
from transforms.match.match import match
from transforms.records import Article, Delta, Poll, Rejected, Sighting, Window
from transforms.sketch.block import pack, sketch

DAY = 86400
NOW = 1_700_100_000
MATCH = MatchSettings(0.5, 0.8, 0.99, 0.16, 7 * DAY)
FOLD = FoldSettings(0.16, 3 * DAY, 7 * DAY)

FERRY = article(
    key="k1", id="1", title="Ferry runs aground at Port Ellen", text="The ferry struck a reef off Port Ellen."
)
VOTE = article(
    key="k2",
    id="2",
    title="Parliament passes budget",
    text="Members voted late at night.",
    site="b.example",
    published=1_700_000_001,
)


def delta(
    store: SqlStore,
    *articles: Article,
    sightings: Sequence[Sighting] = (),
    polls: Sequence[Poll] = (),
    match_settings: MatchSettings = MATCH,
) -> Delta:
    """Matches and folds a window, which has a rejected input too."""
    rejected = [Rejected("parse", "malformed", "feed.xml", "no element found", "")]
    window = Window([pack(sketch(list(articles)))] if articles else [], list(sightings), rejected, list(polls))
    return fold(match(window, store, match_settings), store, FOLD)
