"""The commands that show stories: `newsfold stories`, `show`, `why` and `label`."""

import time
from typing import Annotated

import orjson
import typer

from pipeline.commands.common import OUTPUT, JsonOption, OutputOption, StoreOption, opened_store, out, print_json
from pipeline.errors import UsageError
from pipeline.outputs.folder import OutputFolder

app = typer.Typer()

_Article = Annotated[str, typer.Argument(metavar="A", help="An article's id, its beginning, or its URL.")]
_Other = Annotated[str, typer.Argument(metavar="B", help="Another article.")]


@app.command()
def stories(
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    since: Annotated[str, typer.Option(help="Only with an article since then: 24h, 7d, 2026-11-20.")] = "",
    source: Annotated[str, typer.Option(help="Only with an article of this outlet.")] = "",
    language: Annotated[str, typer.Option(help="Only in this language, such as en.")] = "",
    min_size: Annotated[int, typer.Option("--min-size", min=1, help="Only of so many articles and more.")] = 1,
    query: Annotated[
        str, typer.Option(help='Only with an article that holds these words: ferry "night train" harb* -storm')
    ] = "",
    sort: Annotated[str, typer.Option(help="size, newest, updated, sources, oldest or relevance.")] = "",
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="How many; 40 in a table, all as JSON.")] = None,
    json: JsonOption = False,
) -> None:
    """List the active stories, the largest first; as JSON the oldest first, as in stories.jsonl."""
    from pipeline.inspect import listing
    from pipeline.inspect.index import opened_index

    now = time.time()
    order = sort or ("oldest" if json and not query else "")
    with opened_store(output, store) as opened:
        with opened_index(OutputFolder(output).index, opened, words=bool(query)) as index:
            chosen = listing.checked(index, listing.Filter(since, source, language, min_size, query, order))
            lines = listing.list_stories(index, chosen, now, limit or (None if json else 40))
            total = len(lines) if json else listing.count_stories(index, chosen, now)
        if json:
            print_json(*listing.records_of(opened, [line.number for line in lines]))
            return
    from pipeline.commands.tables.stories import stories_table

    out.print(stories_table(lines))
    if total > len(lines):
        out.print(f"and {total - len(lines):,} more: --limit {total}")
    elif not lines:
        out.print("no story is like that")


@app.command()
def show(
    story: Annotated[
        str, typer.Argument(metavar="STORY", help="A story's id or its beginning; a merged one shows its successor.")
    ],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    text: Annotated[bool, typer.Option("--text", help="Print the articles' texts too.")] = False,
    json: JsonOption = False,
) -> None:
    """Show one story: when it was told, its articles, copies under what they copy, and its links."""
    from pipeline.commands.tables.stories import story_page
    from pipeline.inspect import reading

    with opened_store(output, store) as opened:
        record = reading.story(opened, reading.resolve_story(opened, story))
        if json:
            print_json(orjson.dumps(record))
            return
        ids = [article["id"] for article in record["articles"]]
        texts = opened.texts_by_id(ids) if text else {}
        rulings = opened.rulings(sorted(opened.story_numbers(ids)))
    out.print(story_page(record, texts, rulings))


@app.command()
def why(
    a: _Article,
    b: Annotated[
        str, typer.Argument(metavar="[B]", help="Another article; without it, what cleaning did to the first.")
    ] = "",
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
    json: JsonOption = False,
) -> None:
    """Explain why two articles are in one story or in two; for one article, show what cleaning removed."""
    from pipeline.commands.tables import evidence as evidence_tables
    from pipeline.inspect import reading
    from pipeline.inspect.evidence import gather_evidence

    with opened_store(output, store) as opened:
        first = reading.article(opened, reading.resolve_article(opened, a))
        if not b:
            if json:
                print_json(orjson.dumps(first._asdict() | {"removed": reading.removed(first)}))
            else:
                out.print(evidence_tables.article_page(first))
            return
        evidence = gather_evidence(opened, first, reading.article(opened, reading.resolve_article(opened, b)))
    if json:
        print_json(orjson.dumps(evidence.record()))
    else:
        out.print(evidence_tables.evidence_page(evidence))


@app.command()
def label(
    a: _Article,
    b: _Other,
    answer: Annotated[str, typer.Argument(metavar="yes|no", help="yes if both belong in one story.")],
    output: OutputOption = OUTPUT,
    store: StoreOption = "",
) -> None:
    """Keep a judgement of two articles in OUTPUT/labels.jsonl; no story is changed by it."""
    from pipeline.inspect import labels, reading

    if answer not in labels.ANSWERS:
        raise UsageError(f"answer yes or no, not {answer!r}")
    with opened_store(output, store) as opened:
        pair = [reading.article(opened, reading.resolve_article(opened, one)) for one in (a, b)]
    path = OutputFolder(output).labels
    kept = labels.add(path, pair[0], pair[1], answer, int(time.time()))
    out.print(f"{kept.a} and {kept.b} {'belong' if kept.together else 'do not belong'} together: {path}")
