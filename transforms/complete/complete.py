"""An article and its page become one article."""

from transforms.clean.identity import rekeyed
from transforms.clean.language import language_of
from transforms.clean.urls import site, url_key
from transforms.complete.page import ArticlePage
from transforms.records import Article

COMPLETED = "completed"


def complete(article: Article, page: ArticlePage) -> tuple[Article, str]:
    """Takes from a page what the feed lacks; the content hash stays that of the feed's own content.

    The longer text, a date when there is none, the language when it is unknown. The article of a canonical URL
    has its key, and the key of the feed's link as an alias. One that the store has already keeps its key.

    Known exception: a site whose template names the same canonical URL on different articles makes them one.

    Returns:
        The article, and 'completed' or 'kept_<why>' for one that keeps the text of its feed.
    """
    if page.why:
        return article, f"kept_{page.why}"
    if article.published is None and page.published is not None:
        article = article._replace(published=page.published, published_quality="page")
    if page.canonical and site(page.canonical) == article.site:
        article = _at_home(article, page.canonical)
    if len(page.text) <= len(article.text):
        return article, "kept_shorter"
    language = article.language
    if language == "und":
        language = language_of(page.language, article.title, page.text)
    return article._replace(text=page.text, language=language), COMPLETED


def _at_home(article: Article, canonical: str) -> Article:
    key = f"url:{url_key(canonical)}"
    if key == article.key:
        return article._replace(url=canonical)
    return article if article.number else rekeyed(article, key)._replace(url=canonical, aliases=(article.key,))
