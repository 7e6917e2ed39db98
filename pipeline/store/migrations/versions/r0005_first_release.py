"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = None


def upgrade() -> None:
    """Makes the tables of an empty store."""
    op.create_table(
        "feeds",
        sa.Column("feed", sa.String(), nullable=False, comment="address without credentials"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column(
            "state", sa.String(), nullable=False, comment="active, failing, throttled or gone; new until first polled"
        ),
        sa.Column("etag", sa.Text(), nullable=False, comment="verbatim"),
        sa.Column("last_modified", sa.Text(), nullable=False, comment="verbatim"),
        sa.Column("digest", sa.String(), nullable=False, comment="digest of the last body that was read"),
        sa.Column("read_at", sa.BigInteger(), nullable=False, comment="when the server last sent a whole body"),
        sa.Column("conditional_polls", sa.Integer(), nullable=False, comment="conditional requests since then"),
        sa.Column("address", sa.Text(), nullable=False, comment="address that it has moved to permanently, or ''"),
        sa.Column(
            "moved_to",
            sa.Text(),
            nullable=False,
            comment="address that permanent redirects led to at the last poll, or ''",
        ),
        sa.Column("moves", sa.Integer(), nullable=False, comment="successive polls that led there"),
        sa.Column("moved_since", sa.BigInteger(), nullable=False),
        sa.Column("polled_at", sa.BigInteger(), nullable=False),
        sa.Column("succeeded_at", sa.BigInteger(), nullable=False),
        sa.Column("next_poll", sa.BigInteger(), nullable=False),
        sa.Column(
            "requested_interval_seconds",
            sa.BigInteger(),
            nullable=False,
            comment="wait between polls that the feed itself requests",
        ),
        sa.Column("wait_seconds", sa.BigInteger(), nullable=False, comment="regular wait between polls"),
        sa.Column("failures", sa.Float(), nullable=False, comment="sum of weights since the last success"),
        sa.Column("status", sa.Integer(), nullable=False, comment="last HTTP status, 0 without a response"),
        sa.Column("reason", sa.String(), nullable=False, comment="reason why the last poll failed, or ''"),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False, comment="entries of the last body that was read"),
        sa.Column("truncated", sa.Integer(), nullable=False, comment="entries beyond the limit"),
        sa.Column("weak_ids", sa.Integer(), nullable=False, comment="entries without an id of their own"),
        sa.Column(
            "parse_warning", sa.String(), nullable=False, comment="error in the body that the parser tolerated, or ''"
        ),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_table(
        "formats",
        sa.Column("name", sa.String(), nullable=False, comment="sketch or bands"),
        sa.Column("value", sa.String(), nullable=False, comment="version of all sketches, or bands of all segments"),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column(
            "epoch",
            sa.BigInteger(),
            server_default="0",
            nullable=False,
            comment="fencing token: only the newest run may write",
        ),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=True),
        sa.Column("exported", sa.Boolean(), nullable=False),
        sa.Column("manifest", sa.Text(), nullable=False, comment="manifest.json of the run, empty until it ends"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("runs_epoch", "runs", ["epoch"], unique=True)
    op.create_index("runs_exported", "runs", ["exported"], unique=False)
    op.create_table(
        "segments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="copy, story or term"),
        sa.Column("day", sa.BigInteger(), nullable=False, comment="data clock of its articles, in days"),
        sa.Column("tier", sa.SmallInteger(), nullable=False, comment="number of times it was merged"),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("keys", sa.LargeBinary(), nullable=False, comment="uint64, ascending"),
        sa.Column("values", sa.LargeBinary(), nullable=False, comment="uint32, one per key"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("segments_kind", "segments", ["kind", "day", "tier"], unique=False)
    op.create_table(
        "store_meta",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        comment="Single numbers: identity of the store, data clock, next numbers of articles and stories",
    )
    op.create_table(
        "stories",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False, comment="active, closed or merged"),
        sa.Column("quiet_since", sa.BigInteger(), nullable=False, comment="data clock when it last changed"),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column(
            "merged_from", sa.Text(), nullable=False, comment="JSON list: ids of the stories that were merged into it"
        ),
        sa.Column("split_from", sa.String(), nullable=True, comment="id of the story that it was split from"),
        sa.Column("record", sa.LargeBinary(), nullable=False, comment="its line of stories.jsonl"),
        sa.ForeignKeyConstraint(
            ["merged_into"],
            ["stories.number"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("stories_merged", "stories", ["merged_into"], unique=False)
    op.create_index("stories_state", "stories", ["state", "quiet_since"], unique=False)
    op.create_table(
        "subscriptions",
        sa.Column("feed", sa.String(), nullable=False, comment="address without credentials"),
        sa.Column("named", sa.Text(), nullable=False, comment="address as given: may contain credentials, never shown"),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False, comment="JSON list: names of the enclosing outlines in OPML"),
        sa.PrimaryKeyConstraint("feed"),
    )
    op.create_table(
        "tombstones",
        sa.Column("key", sa.String(), nullable=False, comment="key of a deleted article, or one of its aliases"),
        sa.Column(
            "feed", sa.String(), nullable=False, comment="feed that listed it, or '' for an article deleted permanently"
        ),
        sa.Column("last_seen", sa.BigInteger(), nullable=False, comment="when that feed last listed it"),
        sa.PrimaryKeyConstraint("key", "feed"),
    )
    op.create_index("tombstones_feed", "tombstones", ["feed", "last_seen"], unique=False)
    op.create_table(
        "articles",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False, comment="identity, see Article.key"),
        sa.Column("id", sa.String(), nullable=False, comment="public id"),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "text", sa.Text(), nullable=False, comment="clean text, one paragraph per line, boilerplate included"
        ),
        sa.Column(
            "boilerplate", sa.Text(), nullable=False, comment="JSON list: start and end of each span of boilerplate"
        ),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False, comment="as named by the page, or ''"),
        sa.Column("published", sa.BigInteger(), nullable=True),
        sa.Column("published_quality", sa.String(), nullable=False),
        sa.Column("first_seen", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False, comment="JSON list: cleaning rules that removed something"),
        sa.Column("feed", sa.String(), nullable=False, comment="feed that the content came from"),
        sa.Column("line_hashes", sa.LargeBinary(), nullable=False),
        sa.Column("story", sa.BigInteger(), nullable=False),
        sa.Column(
            "copy_of", sa.BigInteger(), nullable=False, comment="number of the article it copies, 0 for an original"
        ),
        sa.Column("similarity", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(
            ["story"],
            ["stories.number"],
        ),
        sa.PrimaryKeyConstraint("number"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("articles_content", "articles", ["content_hash"], unique=False)
    op.create_index("articles_site", "articles", ["site", "number"], unique=False)
    op.create_index("articles_story", "articles", ["story", "number"], unique=False)
    op.create_table(
        "changes",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False, comment="a line of changes.jsonl"),
        sa.ForeignKeyConstraint(
            ["run"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run", "position"),
    )
    op.create_table(
        "rejected",
        sa.Column("run", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run", "position"),
    )
    op.create_table(
        "aliases",
        sa.Column("key", sa.String(), nullable=False, comment="another key of the article, see Article.aliases"),
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("aliases_article", "aliases", ["article"], unique=False)
    op.create_table(
        "links",
        sa.Column("left", sa.BigInteger(), nullable=False, comment="the newer article"),
        sa.Column("right", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="copy or story"),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("containment", sa.Float(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=False, comment="uint32: shared terms with the greatest weights"),
        sa.ForeignKeyConstraint(
            ["left"],
            ["articles.number"],
        ),
        sa.ForeignKeyConstraint(
            ["right"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("left", "right", "kind"),
    )
    op.create_index("links_right", "links", ["right"], unique=False)
    op.create_table(
        "rulings",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False, comment="must_link, cannot_link or pinned"),
        sa.Column("left", sa.BigInteger(), nullable=False, comment="an article"),
        sa.Column("right", sa.BigInteger(), nullable=True, comment="another, for must_link and cannot_link"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="time of the ruling"),
        sa.ForeignKeyConstraint(
            ["left"],
            ["articles.number"],
        ),
        sa.ForeignKeyConstraint(
            ["right"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("rulings_left", "rulings", ["left"], unique=False)
    op.create_index("rulings_right", "rulings", ["right"], unique=False)
    op.create_table(
        "sightings",
        sa.Column("article", sa.BigInteger(), nullable=False),
        sa.Column("feed", sa.String(), nullable=False),
        sa.Column("id", sa.String(), nullable=False, comment="the item's id in that feed"),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article", "feed", "id"),
    )
    op.create_index("sightings_feed", "sightings", ["feed", "last_seen"], unique=False)
    op.create_table(
        "sketches",
        sa.Column("article", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False, comment="uint32 MinHash values"),
        sa.Column("shingles", sa.LargeBinary(), nullable=False, comment="uint32, ascending"),
        sa.Column("terms", sa.LargeBinary(), nullable=False, comment="uint32, ascending"),
        sa.Column("frequencies", sa.LargeBinary(), nullable=False, comment="uint16, one per term"),
        sa.ForeignKeyConstraint(
            ["article"],
            ["articles.number"],
        ),
        sa.PrimaryKeyConstraint("article"),
    )
