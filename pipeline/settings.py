"""Derives the settings of the stages from the configuration."""

from importlib.metadata import version

from pipeline.config import Config
from transforms.complete.choose import FullText
from transforms.fetch.health import Intervals
from transforms.fetch.host_limiter import Politeness
from transforms.fetch.http import Limits
from transforms.fetch.poll import FetchOptions
from transforms.fold.fold import Settings as FoldSettings
from transforms.match.bands import banding
from transforms.match.match import Settings as MatchSettings

_DAY_SECONDS = 86_400


def user_agent(contact: str) -> str:
    """Returns the User-Agent, with a contact of whoever runs newsfold if there is one (RFC 9110, section 10.1.5)."""
    return f"newsfold/{version('newsfold')}" + (f" (+{contact})" if contact else "")


def fetch_options(config: Config, now: int) -> FetchOptions:
    """Returns the options for requests of feeds in a run that begins at `now`, in UTC epoch seconds."""
    fetch = config.fetch
    return FetchOptions(
        now,
        Limits(fetch.connect_seconds, fetch.read_seconds, fetch.total_seconds, fetch.max_bytes),
        user_agent(fetch.contact),
        fetch.private_addresses,
        Politeness(fetch.hosts_at_once, fetch.gap_seconds),
    )


def page_options(config: Config, now: int) -> FetchOptions:
    """Returns the options for requests of article pages in a run that begins at `now`, in UTC epoch seconds."""
    options = fetch_options(config, now)
    return options._replace(limits=options.limits._replace(max_bytes=config.fetch.max_page_bytes))


def intervals(config: Config) -> Intervals:
    """Returns the wait between two polls of each feed."""
    own = {feed: own.interval_minutes for feed, own in config.feeds.items() if own.interval_minutes is not None}
    return Intervals(
        round(config.fetch.interval_minutes * 60), {feed: round(minutes * 60) for feed, minutes in own.items()}
    )


def full_text(config: Config) -> FullText:
    """Returns which feeds have the pages of their articles fetched."""
    own = {feed: own.full_text for feed, own in config.feeds.items() if own.full_text is not None}
    return FullText(config.fetch.full_text, own)


def bands(config: Config) -> tuple[int, int]:
    """Returns the number of bands, and of rows per band, of the index of copies."""
    return banding(config.copies.similarity, config.copies.recall)


def horizon_seconds(config: Config) -> int:
    """Returns how many seconds back a window looks; a story that was quiet for longer is closed."""
    return round(config.stories.close_after_days * _DAY_SECONDS)


def match_settings(config: Config) -> MatchSettings:
    """Returns the thresholds by which copies and candidate pairs are found."""
    return MatchSettings(
        copy_similarity=config.copies.similarity,
        copy_containment=config.copies.containment,
        copy_recall=config.copies.recall,
        story_threshold=config.stories.threshold,
        horizon_seconds=horizon_seconds(config),
        shards=config.copies.shards,
    )


def fold_settings(config: Config) -> FoldSettings:
    """Returns the thresholds by which stories form."""
    return FoldSettings(
        threshold=config.stories.threshold,
        sigma_seconds=round(config.stories.time_scale_hours * 3600),
        close_after_seconds=horizon_seconds(config),
    )
