"""Provides items for the tests of cleaning; every text is invented."""

from transforms.records import Article, Item

NOW = 1_700_000_000
"""2023-11-14T22:13:20Z."""

HARBOUR_PAGE = """icon menu-bicon searchicon closeicon chevron lefticon chevron righticon playicon shareicon fm
14 Mar, 2021 08:05

Ferry crews return to work after harbour vote

Ferry crews return to work after harbour vote

Crews of the island ferry went back to work on Sunday after a vote in the harbour hall ended a strike that had kept the boats tied up for nine days.

Also on Tuesday the crews will meet the harbour master, whose office had asked for “a sober talk about night shifts and nothing else” before the vote.

READ MORE: Night boats to the outer islands

The first boat left at six. “We are glad to hear the horn again,” said Marta Oddleif, who sells bread at the quay and had counted the days.

Advertisement

Also on harbour-gazette.example ‘No boat, no bread’: the islands count their losses

Enjoyed this story? Share it with your friends!
"""

LIGHTHOUSE_PAGE = """Skip to main content
Published: Tuesday 2 February 2021 at 17.43 CET
Updated: 3 February 2021
Lighthouse lamp is lit again after forty years
By Jon Fell
The lamp of the old lighthouse turned again on Tuesday night, forty years after the last keeper carried his suitcase down the stairs and locked the door.
Follow us on Telegram and never miss a boat
Sign up for our morning newsletter
People read more in winter, the librarian said.
© 2021 The Harbour Gazette. All rights reserved.
"""


def item(**fields: object) -> Item:
    """Returns the item of an empty article row, with the given fields replaced."""
    empty = Item(
        kind="rows",
        feed="news.jsonl",
        base="",
        id="",
        url="",
        title="",
        body="",
        body_type="text",
        published="",
        updated="",
        language="",
        source="",
        shared_url=False,
        fetched_at=NOW,
    )
    return empty._replace(**fields)  # type: ignore[arg-type]


def item_of(article: Article) -> Item:
    """Returns the item of the row that would be written for an article."""
    return item(
        feed=article.feed,
        id=article.id,
        url=article.url,
        title=article.title,
        body=article.text,
        source=article.source,
        language=article.language,
    )
