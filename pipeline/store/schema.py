"""The tables of the store. Times are whole seconds since 1970 in UTC."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
)

VERSION = "0005"
"""The newest revision in `pipeline.store.migrations`; every change of the tables needs a new one."""

metadata = MetaData()

store_meta = Table(
    "store_meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", BigInteger, nullable=False),
    comment="Single numbers: identity of the store, data clock, next numbers of articles and stories",
)

formats = Table(
    "formats",
    metadata,
    Column("name", String, primary_key=True, comment="sketch or bands"),
    Column("value", String, nullable=False, comment="version of all sketches, or bands of all segments"),
)

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column(
        "epoch", BigInteger, nullable=False, server_default="0", comment="fencing token: only the newest run may write"
    ),
    Column("started", BigInteger, nullable=False),
    Column("finished", BigInteger),
    Column("exported", Boolean, nullable=False),
    Column("manifest", Text, nullable=False, comment="manifest.json of the run, empty until it ends"),
    Index("runs_epoch", "epoch", unique=True),
    Index("runs_exported", "exported"),
)

articles = Table(
    "articles",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String, nullable=False, unique=True, comment="identity, see Article.key"),
    Column("id", String, nullable=False, unique=True, comment="public id"),
    Column("url", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False, comment="clean text, one paragraph per line, boilerplate included"),
    Column("boilerplate", Text, nullable=False, comment="JSON list: start and end of each span of boilerplate"),
    Column("source", String, nullable=False),
    Column("site", String, nullable=False),
    Column("language", String, nullable=False),
    Column("author", String, nullable=False, comment="as named by the page, or ''"),
    Column("published", BigInteger),
    Column("published_quality", String, nullable=False),
    Column("first_seen", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content_hash", String, nullable=False),
    Column("rules", Text, nullable=False, comment="JSON list: cleaning rules that removed something"),
    Column("feed", String, nullable=False, comment="feed that the content came from"),
    Column("line_hashes", LargeBinary, nullable=False),
    Column("story", BigInteger, ForeignKey("stories.number"), nullable=False),
    Column("copy_of", BigInteger, nullable=False, comment="number of the article it copies, 0 for an original"),
    Column("similarity", Float, nullable=False),
    Index("articles_content", "content_hash"),
    Index("articles_site", "site", "number"),
    Index("articles_story", "story", "number"),
)

aliases = Table(
    "aliases",
    metadata,
    Column("key", String, primary_key=True, comment="another key of the article, see Article.aliases"),
    Column("article", BigInteger, ForeignKey("articles.number"), nullable=False),
    Index("aliases_article", "article"),
)

sightings = Table(
    "sightings",
    metadata,
    Column("article", BigInteger, ForeignKey("articles.number"), primary_key=True),
    Column("feed", String, primary_key=True),
    Column("id", String, primary_key=True, comment="the item's id in that feed"),
    Column("last_seen", BigInteger, nullable=False),
    Index("sightings_feed", "feed", "last_seen"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("feed", String, primary_key=True, comment="address without credentials"),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False, comment="active, failing, throttled or gone; new until first polled"),
    Column("etag", Text, nullable=False, comment="verbatim"),
    Column("last_modified", Text, nullable=False, comment="verbatim"),
    Column("digest", String, nullable=False, comment="digest of the last body that was read"),
    Column("read_at", BigInteger, nullable=False, comment="when the server last sent a whole body"),
    Column("conditional_polls", Integer, nullable=False, comment="conditional requests since then"),
    Column("address", Text, nullable=False, comment="address that it has moved to permanently, or ''"),
    Column("moved_to", Text, nullable=False, comment="address that permanent redirects led to at the last poll, or ''"),
    Column("moves", Integer, nullable=False, comment="successive polls that led there"),
    Column("moved_since", BigInteger, nullable=False),
    Column("polled_at", BigInteger, nullable=False),
    Column("succeeded_at", BigInteger, nullable=False),
    Column("next_poll", BigInteger, nullable=False),
    Column(
        "requested_interval_seconds",
        BigInteger,
        nullable=False,
        comment="wait between polls that the feed itself requests",
    ),
    Column("wait_seconds", BigInteger, nullable=False, comment="regular wait between polls"),
    Column("failures", Float, nullable=False, comment="sum of weights since the last success"),
    Column("status", Integer, nullable=False, comment="last HTTP status, 0 without a response"),
    Column("reason", String, nullable=False, comment="reason why the last poll failed, or ''"),
    Column("detail", Text, nullable=False),
    Column("entries", Integer, nullable=False, comment="entries of the last body that was read"),
    Column("truncated", Integer, nullable=False, comment="entries beyond the limit"),
    Column("weak_ids", Integer, nullable=False, comment="entries without an id of their own"),
    Column("parse_warning", String, nullable=False, comment="error in the body that the parser tolerated, or ''"),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("feed", String, primary_key=True, comment="address without credentials"),
    Column("named", Text, nullable=False, comment="address as given: may contain credentials, never shown"),
    Column("title", Text, nullable=False),
    Column("folder", Text, nullable=False, comment="JSON list: names of the enclosing outlines in OPML"),
)

sketches = Table(
    "sketches",
    metadata,
    Column("article", BigInteger, ForeignKey("articles.number"), primary_key=True, autoincrement=False),
    Column("signature", LargeBinary, nullable=False, comment="uint32 MinHash values"),
    Column("shingles", LargeBinary, nullable=False, comment="uint32, ascending"),
    Column("terms", LargeBinary, nullable=False, comment="uint32, ascending"),
    Column("frequencies", LargeBinary, nullable=False, comment="uint16, one per term"),
)

segments = Table(
    "segments",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False, comment="copy, story or term"),
    Column("day", BigInteger, nullable=False, comment="data clock of its articles, in days"),
    Column("tier", SmallInteger, nullable=False, comment="number of times it was merged"),
    Column("articles", Integer, nullable=False),
    Column("keys", LargeBinary, nullable=False, comment="uint64, ascending"),
    Column("values", LargeBinary, nullable=False, comment="uint32, one per key"),
    Index("segments_kind", "kind", "day", "tier"),
    sqlite_autoincrement=True,  # ids are never reused, because processes cache segments by id
)

stories = Table(
    "stories",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("id", String, nullable=False, unique=True),
    Column("state", String, nullable=False, comment="active, closed or merged"),
    Column("quiet_since", BigInteger, nullable=False, comment="data clock when it last changed"),
    Column("merged_into", BigInteger, ForeignKey("stories.number")),
    Column("merged_from", Text, nullable=False, comment="JSON list: ids of the stories that were merged into it"),
    Column("split_from", String, comment="id of the story that it was split from"),
    Column("record", LargeBinary, nullable=False, comment="its line of stories.jsonl"),
    Index("stories_merged", "merged_into"),
    Index("stories_state", "state", "quiet_since"),
)

links = Table(
    "links",
    metadata,
    Column("left", BigInteger, ForeignKey("articles.number"), primary_key=True, comment="the newer article"),
    Column("right", BigInteger, ForeignKey("articles.number"), primary_key=True),
    Column("kind", String, primary_key=True, comment="copy or story"),
    Column("score", Float, nullable=False),
    Column("containment", Float, nullable=False),
    Column("terms", LargeBinary, nullable=False, comment="uint32: shared terms with the greatest weights"),
    Index("links_right", "right"),
)

changes = Table(
    "changes",
    metadata,
    Column("run", String, ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("record", LargeBinary, nullable=False, comment="a line of changes.jsonl"),
)

rejected = Table(
    "rejected",
    metadata,
    Column("run", String, ForeignKey("runs.id"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("stage", String, nullable=False),
    Column("reason", String, nullable=False),
    Column("location", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("payload", Text, nullable=False),
)

tombstones = Table(
    "tombstones",
    metadata,
    Column("key", String, primary_key=True, comment="key of a deleted article, or one of its aliases"),
    Column("feed", String, primary_key=True, comment="feed that listed it, or '' for an article deleted permanently"),
    Column("last_seen", BigInteger, nullable=False, comment="when that feed last listed it"),
    Index("tombstones_feed", "feed", "last_seen"),
)

rulings = Table(
    "rulings",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("kind", String, nullable=False, comment="must_link, cannot_link or pinned"),
    Column("left", BigInteger, ForeignKey("articles.number"), nullable=False, comment="an article"),
    Column("right", BigInteger, ForeignKey("articles.number"), comment="another, for must_link and cannot_link"),
    Column("at", BigInteger, nullable=False, comment="time of the ruling"),
    Index("rulings_left", "left"),
    Index("rulings_right", "right"),
)
