"""Page debris in the output of a text extractor: what stands around an article, taken out line by line.

Requirements: a sentence of the article is worth more than a line of debris, so every rule must match a whole line of
few words, and a line that reads like a sentence stays.

Theory of operation: lines before the first paragraph are the head: there a date line gives the date, a byline below the
title the author, labels go, and the title is found where none is known; the first paragraph loses the place and agency
that it begins with. A line equal to the title is dropped wherever it stands. The table `LINE_RULES` is tried on every
other line, because prompts also interrupt articles.

Known exceptions: a promoted headline without a label before it is kept; so is a byline before the title or behind the
first paragraph.
"""

import re
from typing import NamedTuple

from transforms.clean.dates import read_date
from transforms.clean.text import without_site_suffix

_HEAD_ENDS_AT_WORDS = 25
"""A line of this many words is a paragraph of the article; in the corpora at hand headlines have up to 20."""

_HEAD_ENDS_AT_CHARACTERS = 40
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Thai, Lao, Burmese, Khmer, kana and Han: no spaces part their words, and a headline has up to 30 of them."""
_TITLE_MAX_CHARACTERS = 250
_LABEL_MAX_WORDS, _LABEL_MAX_CHARACTERS = 3, 8
"""Names of sections and outlets above a title: "World news"; the second for what is written without spaces."""
_SHORT_SENTENCE_WORDS = 12
"""A title may end with a full stop when it is no longer."""
_SENTENCE_ENDS = (".", "!", "?", ",", ";", ":", "”", '"', "’", "»", "…", "。", "！", "？", "」", "』", "|", "।")
_BAR = re.compile(r"\s[|·•/]\s")
_TITLE_BAR = re.compile(r"\s(?:[|·•»›:–—-]|::)\s")
_LIST_LABEL = re.compile(
    r"(?:related(?: (?:articles?|stor(?:y|ies)|topics|content|news|coverage|links))?|more on this(?: (?:article|story|topic))?|"
    r"more (?:stories|news)|recommended|you (?:may|might) also like|most (?:read|popular)|trending|mehr zum thema|"
    r"sur le même sujet|関連記事|相关阅读|相关新闻|관련 ?기사)\s?[:：]?",
    re.IGNORECASE,
)
"""What stands before a list of promoted headlines; of these each is a line, and no sentence."""
_DEBRIS_MAX_CHARACTERS = 2_000
"""No line of debris is longer; it bounds the time of the patterns."""


class LineRule(NamedTuple):
    """Drops a line that `pattern` matches from end to end and that has at most `max_words` words."""

    name: str
    max_words: int
    pattern: re.Pattern[str]
    examples: tuple[str, ...]


def _rule(name: str, max_words: int, pattern: str, *examples: str) -> LineRule:
    return LineRule(name, max_words, re.compile(pattern, re.IGNORECASE | re.VERBOSE), examples)


_NO_SENTENCE = r"[^\n]{0,300}[^\n.]"
"""A headline or label: it does not end with a full stop."""
_PIECE = r"(?:article|story|post|page|news|video|link|report|interview|live\s?blog)"
_NETWORKS = (
    r"(?:facebook|twitter|x|whats\s?app|telegram|linked\s?in|reddit|pinterest|instagram|youtube|tiktok|threads|bluesky|"
    r"mastodon|vk|viber|flipboard|e-?mail|google\ news|messenger|copy\ link|print)"
)

LINE_RULES = (
    _rule(
        "interface_word",
        6,
        r"""skip\ to\ (?:main\ )?(?:content|navigation)|(?:main\ )?menu|search|close|open|toggle\ (?:navigation|menu)|
        sign\ (?:in|up|out)|log\ ?(?:in|out)|register|back\ to\ top|loading(?:\ ?…|\.\.\.)?|home|play|pause|mute|unmute|
        fullscreen|previous|next|print|save|comments?|\d+\ comments?|leave\ a\ comment|view\ comments|show\ more|
        (?:article|listen\ to\ this)\ (?:audio|article)|accept\ (?:all\ )?cookies|image|photo|caption|hide\ caption|
        (?:gift|save|bookmark)\ (?:this\ )?(?:article|story)|story\ highlights|comments\ are\ closed|
        (?:reading\ time:?\ )?(?:about\ )?\d+[\s-]min(?:ute)?s?(?:\ (?:read|listen))?|listen\s?\(?\d+\ min(?:ute)?s?\)?|
        zum\ inhalt(?:\ springen)?|aller\ au\ contenu|ir\ al\ contenido|anzeige|werbung|publicité|publicidad|
        広告|广告|廣告|реклама|close\ panel|about\ sharing|published|posted|updated|related\ internet\ links""",
        "Skip to main content",
        "12 comments",
    ),
    _rule(
        "advertisement",
        6,
        r"(?:story\ continues\ below\ )?advertise?ments?(?:\s?[-–—]\s?scroll\ to\ continue.*)?|\[?ads?\]?|sponsored(?:\ content)?|promoted|"
        r"article\ continues\ (?:after|below)\ (?:the\ )?(?:ad|advertisement)|scroll\ (?:down\ )?to\ continue(?:\ reading)?",
        "Advertisement",
        "Story continues below advertisement",
    ),
    _rule(
        "also_on",
        40,
        rf"also\ on\ (?:the\ )?[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{{2,}}(?:[\s:–—-]{_NO_SENTENCE})?",
        "Also on example.org ‘We never left’: harbour pilots answer the minister",
        "Also on example.co.uk",
    ),
    _rule(
        "read_more",
        40,
        rf"""(?:read|see|watch|listen|hear)\ (?:more|also|next|the\ full\ {_PIECE}|full\ {_PIECE})[\s.:…›»>→-]*|
        (?:continue|keep)\ reading[\s.:…›»>→-]*|
        (?:read\ (?:more|also|next|on)|also\ read|see\ also|watch(?:\ (?:now|also|live|more))?|more\ on\ this(?:\ {_PIECE})?|more\ (?:stories|news)|most\ (?:read|popular)|trending|
        you\ might\ also\ like|related(?:\ (?:articles?|stor(?:y|ies)|content|news|coverage|links|topics|videos?))?|recommended|
        (?:don['’]t|do\ not)\ miss|in\ pictures|you\ (?:may|might)\ also\ like)
        \s?(?:[:>»→|]\s?{_NO_SENTENCE}|[:>»→|]?)|
        read\ more\ (?:about|on|from|at|in)\ .{{1,60}}[^.]|
        more\ (?:from|on|about)\ (?:this\ )?(?:author|topic|section|{_PIECE})""",
        "Read more",
        "READ MORE: Ferry line keeps its winter timetable",
        "Related stories",
        "Continue reading…",
    ),
    _rule(
        "read_more_elsewhere",
        30,
        rf"""(?:lesen\ sie\ (?:auch|mehr)|mehr\ (?:zum\ thema|lesen)|lire\ aussi|à\ lire\ aussi|sur\ le\ même\ sujet|lea\ también|
        leer\ más|te\ puede\ interesar|leia\ (?:também|mais)|leggi\ anche|lees\ (?:ook|meer)|läs\ (?:också|mer)|les\ også|læs\ også|
        czytaj\ (?:też|także|więcej)|читайте\ также|ayrıca\ oku(?:yun)?)(?:\s?[:>»→|]\s?{_NO_SENTENCE}|[:>»→|]?)|
        (?:続きを読む|関連記事|相关阅读|相关新闻|延伸閱讀|관련\ ?기사)(?:\s?[:：].{{0,100}})?""",
        "Lesen Sie auch: Fähre fährt wieder",
        "À lire aussi",
        "関連記事",
    ),
    _rule(
        "share_prompt",
        14,
        rf"""(?:like|love|enjoy(?:ed)?|liked)\ (?:this|the)\ {_PIECE}\s?\?.*|
        (?:please\ )?share\s?(?:(?:this|the|our)(?:\ {_PIECE})?|{_PIECE}|it|via|on|with|to|:|\ |{_NETWORKS}|your\ friends|a\ friend|[,&/|]|and)*[!.]?|
        teilen|partager|compartir|condividi|delen|dela|udostępnij|поделиться|paylaş|分享|シェア|공유(?:하기)?|
        (?:tweet|pin|e-?mail|print|send)(?:\ (?:this|it))?(?:\ {_PIECE})?|
        {_NETWORKS}(?:(?:\s|,|/|\||·|•|&|and)+(?:{_NETWORKS}|share|tweet|more))*|
        (?:follow|like|join|find|add)\ us\ (?:on|at)\ .{{1,80}}|
        follow\ @\w+(?:\ on\ {_NETWORKS})?|
        (?:think\ your\ friends\ would\ be\ interested\??|tell\ (?:your\ friends|a\ friend)).*""",
        "Enjoyed this story? Share it with your friends!",
        "Share this article on Facebook",
        "Facebook Twitter WhatsApp",
        "Follow us on Telegram and never miss a boat",
    ),
    _rule(
        "newsletter_prompt",
        30,
        r"""(?:(?:sign|signing)\ up|subscribe|register|join)\b[^\n]*\b(?:newsletters?|inbox|bulletins?|mailing\ list|
        (?:e-?mail|daily|breaking\ news|news)\ (?:alerts?|updates?|briefings?|digests?))\b[^\n]{0,80}|
        (?:get|receive)\b[^\n]*\b(?:(?:in|to|into)\ your\ (?:inbox|e-?mail)|newsletters?)\b[^\n]{0,40}|
        (?:thanks|thank\ you)\ for\ (?:signing\ up|subscribing)[^\n]*|
        (?:enter\ )?your\ e-?mail(?:\ address)?|(?:our|the|daily|weekly|free)\ newsletters?|newsletters?""",
        "Sign up for our morning newsletter",
        "Get the day's headlines in your inbox",
    ),
    _rule(
        "subscribe_prompt",
        25,
        rf"""(?:subscribe|become\ a\ (?:member|subscriber|supporter)|support\ (?:our\ (?:work|journalism)|independent\ journalism))
        (?:\ (?:now|today|here|for\ free|to\ (?:continue|read|unlock|our|the|us)|and|from|for)\b{_NO_SENTENCE})?[!.]?|
        (?:this\ {_PIECE}\ is\ (?:for|available\ to)\ (?:our\ )?(?:subscribers|members)(?:\ only)?[.!]?)|
        (?:already\ a\ (?:subscriber|member)|not\ a\ (?:subscriber|member)(?:\ yet)?)\s?\?.*|
        to\ continue\ reading,?\ (?:please\ )?(?:subscribe|sign\ in|log\ in|register).*|
        download\ (?:our|the)\ (?:free\ )?(?:.{{1,20}}\ )?app.{{0,60}}""",
        "Subscribe now to our print edition",
        "Already a subscriber? Log in",
    ),
    _rule(
        "rights_notice",
        40,
        r"""(?:©|\(c\)|copyright)(?:\s?(?:©|\(c\)|copyright))?\s?,?\d{4}\b.{0,200}|(?:©|\(c\))\s?.{1,60}\b\d{4}\b.{0,200}|
        all\ rights\ reserved\.?|
        (?:this\ material|the\ contents\ of\ this\ site)[^\n]*may\ not\ be\ (?:published|reproduced)[^\n]*""",
        "© 2020 The Harbour Gazette. All rights reserved.",
    ),
    _rule(
        "credits",
        40,
        r"""\(?(?:(?:additional\ )?reporting|writing|editing|compiled|edited|written|production)\ by\ (?-i:[^\W\d_a-z])[^\n]{2,200}?(?:;[^\n]{2,200})?\)?\.?|
        our\ standards:\ .{1,80}|(?:the\ )?[\w\ ]{2,40}\ contributed\ to\ this\ (?:report|article|story)\.?|
        contact\ the\ (?:author|writer|reporter)s?.{0,80}""",
        "Reporting by Marta Oddleif; Editing by Jon Fell",
        "Tidewater Wire contributed to this report.",
    ),
    _rule(
        "picture_note",
        25,
        r"""(?:image|photo|picture|media|video|file)\ ?(?:source|credits?|caption|copyright|photo)\s?[,:|]?\s?[^\n.]{0,120}|
        (?:photo|image|picture|foto|bild|crédit\ photo|写真)\s?[:/：]\s?[^\n.]{1,80}|(?:view|open)\ (?:image|gallery)(?:\ in\ full\ ?screen)?|
        \d+\ of\ \d+(?:\ photos)?|slideshow\s?\(\d+\ images?\)""",
        "Image source, Harbour Pictures",
        "Photo: Marta Oddleif",
        "View image in fullscreen",
    ),
    _rule(
        "topics",
        25,
        r"""(?:tags?|topics?|filed\ under|categor(?:y|ies)|keywords?|schlagworte|themen|mots-clés|etiquetas)\s?:[^\n]*[^\n.]""",
        "Topics: Ferries, Outer islands, Strikes",
    ),
    _rule(
        "appeared_first",
        40,
        r"the\ post\ .{1,250}\ (?:appeared|was)\ first\ (?:appeared\ |published\ )?(?:on|in)\ .{1,80}|"
        r"this\ (?:article|post|story)\ (?:was\ )?(?:first|originally)\ (?:appeared|published)\ (?:on|in|at)\ .{1,80}",
        "The post Lighthouse reopens appeared first on Harbour Gazette.",
    ),
)
"""Prompts and labels around articles; every example is invented after the manner of real pages."""

_ANY_LETTER = re.compile(r"[^\W_]")
_ICON_WORD = re.compile(r"\S*icons?(?!\w)", re.IGNORECASE)
_MIN_ICON_WORDS = 3
_MIN_ICON_SHARE = 0.2
"""Names of an icon font read as text ("icon menu-bicon searchicon closeicon ..."): half of the words or so end in
"icon"; prose about icons stays far below this share and ends with a full stop."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:{_DAY}\s{_MONTH}\s?,?\s\d{{4}}|{_MONTH}\s{_DAY}\s?,?\s\d{{4}}|\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}})"
_CLOCK = r"\d{1,2}\s?[:.]\s?\d{2}(?:\s?:\s?\d{2})?(?:\s?[ap]\.?m\.?)?|\d{1,2}\s?[ap]\.?m\.?"
_ZONE = r"(?:(?!hrs\b|uhr\b)[a-z]{1,5}|(?:gmt|utc)?\s?[+-]\d{1,2}(?::?\d{2})?)"
_DATE_LINE = re.compile(
    rf"(?:(?P<label>(?:first |last |originally )?(?:published|posted|updated|modified|created|issued|date)(?: on| at)?)\s?:?\s)?"
    rf"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?\s?,?\s)?"
    rf"(?:(?P<clock_first>{_CLOCK})(?:\s(?P<zone_first>{_ZONE}))?\s?(?:,|on|-|–|—|\|)?\s)?"
    rf"(?P<date>{_DATE})"
    rf"(?:t|\s?(?:,|at|-|–|—|\||/)?\s?(?P<clock>{_CLOCK})(?:\s?(?P<zone>{_ZONE}))?(?:\s?(?:hrs|uhr))?)?\.?",
    re.IGNORECASE,
)
_ISO_LINE = re.compile(
    r"(?P<label>(?:published|posted|updated|modified|date)(?: on| at)?\s?:?\s)?"
    r"(?P<moment>\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d{2}:?\d{2})?)",
    re.IGNORECASE,
)
_AGO = re.compile(r"\s[/|·•]\s(?:updated|modified)\s.{1,30}\sago$", re.IGNORECASE)
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b", re.IGNORECASE)
_POINT_CLOCK = re.compile(r"^(\d{1,2})\.(\d{2})")
_FOREIGN_LABEL = re.compile(
    r"(?:(?P<update>(?:zuletzt )?aktualisiert|stand|mis à jour|actualizado|atualizado|aggiornato|bijgewerkt|uppdaterad|"
    r"oppdatert|opdateret|aktualizacja|обновлено|güncellenme|最終更新|更新)|"
    r"veröffentlicht|erstellt|publié|publicado|pubblicato|gepubliceerd|geplaatst|publicerad|publisert|publiceret|"
    r"opublikowano|dodano|опубликовано|yayınlanma|公開|发布时间?|發布)(?: (?:am|vom|le|el|em|il|op|den|d\.))?\s?[:：]?\s?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_DATE_MAX_WORDS = 9
_FAR_AHEAD = 1 << 40
"""A clock that no date is ahead of."""
_UPDATED = re.compile(r"updated|modified", re.IGNORECASE)


_NAME = r"(?:(?:d[aeiu]s?|de la|v[ao]n(?: de[nr]?)?|al|bin|el)[ -])?[^\W\d_a-zß-öø-ÿ](?:[^\W\d_]|['’.-](?=\w)|\.){0,30}"
_NAMES = rf"{_NAME}(?: {_NAME}){{1,3}}"
_BYLINE = re.compile(
    rf"(?:By|BY|Von|Par|Por|Di|Door|Av|Af|Text:|Autor:|Автор:|文/)\s?(?P<author>{_NAMES}(?:(?:, | and | und | et | y | e | en | och | og | & ){_NAMES})*)"
    r"(?:(?:,| \||/| in| –| -| —) ?[^\n.]{1,60})?"
)
"""A line below the title: "By Marta Oddleif and Jon Fell, Harbour Gazette"; names begin with capitals."""

_AGENCIES = (
    "Reuters|Thomson Reuters Foundation|AP|Associated Press|The Associated Press|AFP|Agence France-Presse|UPI|dpa|dpa-AFX|"
    "EFE|ANSA|Xinhua|TASS|Interfax|RIA Novosti|Kyodo(?: News)?|Jiji|Yonhap|PTI|IANS|ANI|Bloomberg|CNN|BBC|PA|Press Association|"
    "AAP|CP|The Canadian Press|APA|SDA|ATS|Belga|ANP|TT|NTB|Ritzau|STT|PAP|CTK|MTI|Lusa|Anadolu|AA|MENA|SANA|WAFA|CNS|"
    "DPA|Europa Press|Agencia EFE|Notimex|Agência Brasil|Lusa|Antara|Bernama|VNA|CNA|KUNA|WAM|SPA|IRNA|Tasnim|NAN|SAnews"
)
_DATELINE = re.compile(
    rf"(?:[^\W\d_a-z][\w .,’'/-]{{1,60}}?\s)?[(\[]\s?(?:{_AGENCIES})(?:/(?:{_AGENCIES}))?\s?[)\]]\s?(?:[-–—―:]+\s?|(?=[A-Z“\"]))"
)
"""Place and agency before the first sentence: "LONDON, March 14 (Reuters) - "; the list is of agencies that sign so,
as the books of style of Reuters and AP ask for it."""


class Extracted(NamedTuple):
    """An article without the debris of its page."""

    title: str
    text: str
    published: str
    """A date for `transforms.clean.dates.read_date`, '' without one."""
    updated: str
    author: str
    """As the byline writes it, '' without one."""
    rules: tuple[str, ...]
    """Names of the rules that removed something, sorted."""


def without_debris(text: str, *, title: str, source: str, published: str, updated: str) -> Extracted:
    """Takes the debris of a page out of extracted text.

    Args:
        text: Plain text, one paragraph a line.
        title: As known otherwise, cleaned; '' takes it from the text.
        source: The outlet's name, which may end a title line.
        published: As known otherwise; '' takes it from a date line of the head, one that is labelled as an update only
            where no other is found.
        updated: As known otherwise; '' takes it from a date line of the head that is labelled so.
    """
    name = _folded(title)
    rules: set[str] = set()
    head: list[str] = []
    body: list[str] = []
    author = ""
    after_list_label = False
    for line in text.split("\n"):
        rule = debris_rule(line)
        if not rule and after_list_label and not _ends_as_sentence(line):
            rule = "promoted_headline"
        if rule:
            rules.add(rule)
            after_list_label = rule == "promoted_headline" or _LIST_LABEL.fullmatch(line) is not None
            continue
        after_list_label = False
        if body or (_is_paragraph(line) and _folded(line) != name):
            body.append(line)
            continue
        imprint = _imprint(line, below_title=bool(title or head))
        head += [] if imprint else [line]
        for part in imprint:
            if isinstance(part, DateLine):
                rules.add("date_line")
                updated = updated or (part.moment if part.is_update else "")
                published = published or ("" if part.is_update else part.moment)
            else:
                rules.add("byline")
                author = author or part.author
    if not title:
        title = without_site_suffix(_title_of(head, has_body=bool(body)), source)
        name = _folded(title)
        rules |= {"title_line"} if title else set()
    if body:
        kept = [line for line in head if len(line.split()) > _LABEL_MAX_WORDS or _ends_as_sentence(line)]
        rules |= {"label"} if {_folded(line) for line in head} - {_folded(line) for line in kept} - {name} else set()
        head = kept
    seen_title = sum(_is_title(line, name) for line in head + body)
    rules |= {"repeated_title"} if seen_title > ("title_line" in rules) else set()
    lines = [line for line in head if not _is_title(line, name)]
    lines += _without_dateline([line for line in body if not name or _folded(line) != name], rules)
    return Extracted(title, "\n".join(lines), published or updated, updated, author, tuple(sorted(rules)))


class DateLine(NamedTuple):
    """What a date line says."""

    moment: str
    """The date rearranged for `transforms.clean.dates.read_date`."""
    is_update: bool


class Byline(NamedTuple):
    """What a byline says."""

    author: str


def _imprint(line: str, *, below_title: bool) -> "list[DateLine | Byline]":
    """What a line of the head says about the article: its parts, or nothing when one of them is anything else."""
    if date := date_of_line(line):
        return [date]
    parts = [date_of_line(part) or (_byline(part) if below_title else None) for part in _BAR.split(line)]
    said = [part for part in parts if part]
    if len(said) == len(parts):
        return said
    # Behind a bar the byline may name the outlet.
    byline = _byline(line) if below_title else None
    return [byline] if byline else []


def _byline(line: str) -> Byline | None:
    match = _BYLINE.fullmatch(line)
    return Byline(match["author"]) if match else None


def _title_of(head: list[str], *, has_body: bool) -> str:
    """The title among the lines of the head, '' when none may be one.

    Where a paragraph follows, a line that is said twice comes first, then one longer than a label; else the first line.
    """
    candidates = [line for line in head if not _ends_as_sentence(line) or len(line.split()) <= _SHORT_SENTENCE_WORDS]
    if has_body:
        names = [_folded(line) for line in candidates]
        for line, name in zip(candidates, names, strict=True):
            if names.count(name) > 1 or any(_is_page_title(other, name) for other in candidates):
                return line
        for line in candidates:
            if len(line.split()) > _LABEL_MAX_WORDS or len(_UNSPACED.findall(line)) > _LABEL_MAX_CHARACTERS:
                return line
    first = candidates[0] if candidates and candidates[0] == head[0] else ""
    return first if len(first) <= _TITLE_MAX_CHARACTERS else ""


def _is_title(line: str, name: str) -> bool:
    return name != "" and (_folded(line) == name or _is_page_title(line, name))


def _is_page_title(line: str, name: str) -> bool:
    """Whether a line is the title with the name of its site before or behind it."""
    parts = [_folded(part) for part in _TITLE_BAR.split(line)]
    return len(parts) > 1 and name in (parts[0], parts[-1]) and len(name.split()) > _LABEL_MAX_WORDS


def _without_dateline(lines: list[str], rules: set[str]) -> list[str]:
    if not lines:
        return lines
    first, *rest = lines
    while (dateline := _DATELINE.match(first)) and dateline.end() < len(first):
        first = first[dateline.end() :]
        rules.add("dateline")
    return [first, *rest]


def _ends_as_sentence(line: str) -> bool:
    """Whether a line ends as a sentence does."""
    return line.endswith(_SENTENCE_ENDS) and not line.endswith("...")


def _is_paragraph(line: str) -> bool:
    """Whether a line is long enough to end the head; what is written without spaces counts by characters."""
    return len(line.split()) >= _HEAD_ENDS_AT_WORDS or len(_UNSPACED.findall(line)) >= _HEAD_ENDS_AT_CHARACTERS


def without_last_prompts(text: str) -> tuple[str, tuple[str, ...]]:
    """Takes prompts off the end of a feed's or a row's text: what interrupts such a text is rather the article's own.

    Returns:
        The text, never emptied, and the names of the rules that removed something, sorted.
    """
    rules: set[str] = set()
    before, _, last = text.rpartition("\n")
    while before and (rule := debris_rule(last)):
        text = before
        rules.add(rule)
        before, _, last = text.rpartition("\n")
    return text, tuple(sorted(rules))


def debris_rule(line: str) -> str:
    """Returns the name of the rule that takes a line for debris, '' for a line of the article."""
    if len(line) > _DEBRIS_MAX_CHARACTERS:
        return ""
    words = line.split()
    icons = len(_ICON_WORD.findall(line))
    if icons >= _MIN_ICON_WORDS and icons >= _MIN_ICON_SHARE * len(words) and not line.endswith((".", "!", "?")):
        return "interface_icons"
    if not _ANY_LETTER.search(line):
        return "separator"
    for rule in LINE_RULES:
        if len(words) <= rule.max_words and rule.pattern.fullmatch(line):
            return rule.name
    return ""


def date_of_line(line: str) -> DateLine | None:
    """Returns the date of a line that holds nothing else, None for any other.

    Read are "31 Dec, 2019 17:43", "Published: December 31, 2019 at 5:43 pm EST", "Tue 31 Dec 2019 17.43 GMT",
    "17:43, 31 December 2019", "2019-12-31T17:43:00Z" and their like, with spaces around punctuation as tokenisers leave
    them.
    """
    if len(line) > 100:
        return None
    line = re.sub(r"\s+([:,.])", r"\1", line)
    line = re.sub(r"(?<=\d)([:.])\s+(?=\d)", r"\1", line)
    line = _AGO.sub("", line)
    iso = _ISO_LINE.fullmatch(line)
    if iso:
        return DateLine(iso["moment"], bool(_UPDATED.search(iso["label"] or "")))
    match = _DATE_LINE.fullmatch(line)
    if not match:
        return _date_in_other_words(line)
    clock = _POINT_CLOCK.sub(r"\1:\2", match["clock"] or match["clock_first"] or "")
    zone = match["zone"] or match["zone_first"] or ""
    date = _ORDINAL.sub("", match["date"]).replace(",", " ")
    moment = " ".join(f"{date} {clock} {zone}".split())
    return DateLine(moment, bool(_UPDATED.search(match["label"] or "")))


def _date_in_other_words(line: str) -> DateLine | None:
    """A line that nothing but a year, a month and a day stand in, in any language that dates are read in."""
    label = _FOREIGN_LABEL.match(line)
    moment = line[label.end() :] if label else line
    if not _YEAR.search(moment) or len(moment.split()) > _DATE_MAX_WORDS:
        return None
    seconds, _ = read_date(moment, _FAR_AHEAD)
    return None if seconds is None else DateLine(moment, bool(label and label["update"]))


def _folded(line: str) -> str:
    return re.sub(r"\W+", " ", line).strip().casefold()
