"""Merges what an article's page says into the article."""

from transforms.clean.identity import rekeyed
from transforms.clean.language import language_of
from transforms.clean.urls import site, url_key
from transforms.complete.page import ArticlePage
from transforms.records import Article

COMPLETED = "completed"


def complete(article: Article, page: ArticlePage) -> tuple[Article, str]:
    """Fills in from a page what the feed lacks; the content hash stays that of the feed's own content.

    The longer text wins; the page's date and language replace missing ones. If the page names a canonical URL, the
    article takes the key of that URL and keeps the key of the feed's link as an alias, unless it is stored already.

    Known exception: a site whose template names the same canonical URL on different articles makes them one.

    Args:
        article: as its feed has it.
        page: its page.

    Returns:
        The article, and 'completed', or 'kept_<reason>' if it keeps the text of its feed.
    """
    if page.reason:
        return article, f"kept_{page.reason}"
    if article.published is None and page.published is not None:
        article = article._replace(published=page.published, published_quality="page")
    if page.canonical and site(page.canonical) == article.site:
        article = _with_canonical_url(article, page.canonical)
    if len(page.text) <= len(article.text):
        return article, "kept_shorter"
    language = article.language
    if language == "und":
        language = language_of(page.language, article.title, page.text)
    return article._replace(text=page.text, language=language), COMPLETED


def _with_canonical_url(article: Article, canonical: str) -> Article:
    key = f"url:{url_key(canonical)}"
    if key == article.key:
        return article._replace(url=canonical)
    return article if article.number else rekeyed(article, key)._replace(url=canonical, aliases=(article.key,))
