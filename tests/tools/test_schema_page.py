"""The page of the tables says what the models say."""

from sqlalchemy import Column, ForeignKey, Index, Integer, MetaData, Table

from pipeline.store import schema
from tools import schema_page


def test_the_page_is_that_of_the_models() -> None:
    told = schema_page.PAGE.read_text(encoding="utf-8")
    assert told == schema_page.render(schema.metadata), "out of date: run python -m tools.schema_page"


def test_keys_indexes_and_comments_are_told() -> None:
    metadata = MetaData()
    Table("b", metadata, Column("at", Integer, primary_key=True, comment="one | two"), comment="Places")
    Table(
        "a",
        metadata,
        Column("of", ForeignKey("b.at"), nullable=True),
        Column("name", Integer, nullable=False, unique=True),
        Index("a_of", "of", "name"),
    )
    page = schema_page.render(metadata)
    assert page.index("## a\n") < page.index("## b\n")
    for line in (
        "| of | INTEGER, may be null | a `b.at` |",
        "| name | INTEGER | unique |",
        "- Index `a_of` on of, name",
        r"| **at** | INTEGER | one \| two |",
        "Places.",
    ):
        assert f"\n{line}\n" in page
