"""What is said of two articles, in one place for terminal, pages and JSON."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Any, NamedTuple

from transforms.fold.guards import Bar


class Finding(Enum):
    """What else than a `Bar` is found of two articles."""

    ONE_ARTICLE = auto()
    APART = auto()
    COPY_OF_OTHER = auto()
    COPIES_OF_ONE = auto()
    COPIES = auto()
    RULED_TOGETHER = auto()
    ONE_EVENT = auto()

    CLOSED = auto()
    BELOW_THRESHOLD = auto()
    NOT_LINKED = auto()
    NOTHING_BARS = auto()

    PINNED_TOGETHER = auto()
    MUST_LINK = auto()
    SIMILAR_TEXTS = auto()
    CONTAINED_TEXT = auto()
    LINKED = auto()
    LINKED_THROUGH_OTHERS = auto()
    ALIKE_ON_AVERAGE = auto()
    OWN_COSINE = auto()


class Reason(NamedTuple):
    """One reason, with the figures that its sentence names."""

    kind: Bar | Finding
    figures: Mapping[str, Any] = {}

    @property
    def sentence(self) -> str:
        """As a person reads it."""
        return SENTENCES[self.kind].format(**self.figures)

    def record(self) -> dict[str, Any]:
        """As JSON."""
        return {"kind": self.kind.name.lower(), "sentence": self.sentence, "figures": dict(self.figures)}


SENTENCES: Mapping[Bar | Finding, str] = {
    Finding.ONE_ARTICLE: "This is one and the same article.",
    Finding.APART: "They are in two stories.",
    Finding.COPY_OF_OTHER: "They are copies: one copies the other.",
    Finding.COPIES_OF_ONE: "They are copies of the same text.",
    Finding.COPIES: "They are copies.",
    Finding.RULED_TOGETHER: "They are in one story because a person put them there.",
    Finding.ONE_EVENT: "They report the same event.",
    Finding.CLOSED: "{story} is closed: no article joins a story after {days:g} quiet days (stories.close_after_days).",
    Bar.CANNOT_LINK: "A person split {whom}: the two stories never merge, whatever is published, until that ruling is "
    "withdrawn (newsfold unpin or merge).",
    Bar.PINNED: "Both stories are pinned, and two pinned stories never merge (newsfold unpin).",
    Bar.SERIES: "Their titles differ only in a date or an issue number: instalments of one series are never linked.",
    Bar.TITLE_PATTERN: "{whose} a pattern: {titles} titles of similar articles differ only in names and numbers. From "
    "{least} such titles on, an article is linked only to those with the same title.",
    Bar.SAME_OUTLET: "Both come from one outlet, {source}. Its articles are linked only as copies or with a cosine of "
    "at least {least:g}; theirs is {cosine:.3f}.",
    Bar.ONE_SHARED_WORD: "They share one word at most, too little for a text of fewer than {short} distinct words.",
    Finding.BELOW_THRESHOLD: "Their stories reach a similarity of {similarity:.3f}, below the threshold of "
    "{threshold:g} (stories.threshold): mean cosine {cosine:.3f}, divided by threshold factors of {factors:.2f}, "
    "times a time factor of {time_factor:.2f} ({gap}).",
    Finding.NOT_LINKED: "No link connects their stories, so a fold does not even compare them.",
    Finding.NOTHING_BARS: "Nothing keeps them apart now: their stories reach a similarity of {similarity:.3f}, and the "
    "threshold is {threshold:g} (stories.threshold). The next fold that takes in both compares them again.",
    Finding.PINNED_TOGETHER: "A person pinned their story, which keeps its articles together (newsfold unpin).",
    Finding.MUST_LINK: "A person ruled that they belong together (newsfold merge, pin or split).",
    Finding.SIMILAR_TEXTS: "Their texts are copies: similarity {similarity:.2f}, threshold {threshold:g} "
    "(copies.similarity).",
    Finding.CONTAINED_TEXT: "Their texts are copies: the longer holds {containment:.0%} of the shorter, threshold "
    "{threshold:.0%} (copies.containment).",
    Finding.LINKED: "They are linked directly: {kind}, score {score:.2f}.",
    Finding.LINKED_THROUGH_OTHERS: "They are linked through other articles of the story, in {links} steps.",
    Finding.ALIKE_ON_AVERAGE: "No stored link leads from one to the other: the story's members are alike on average.",
    Finding.OWN_COSINE: "Their own cosine is {cosine:.3f}, {relation} the threshold of {threshold:g} "
    "(stories.threshold); what counts is the mean over all members.",
}


def gap(seconds: float) -> str:
    """How far two stories are apart in time."""
    for unit, length in (("days", 86_400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit} apart"
    return "at the same time"
