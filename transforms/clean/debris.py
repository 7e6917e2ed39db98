"""Recognises page debris line by line: prompts, labels and interface words around and inside an article."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_LIST_LABEL = re.compile(
    r"(?:related(?: (?:articles?|stor(?:y|ies)|topics|content|news|coverage|links))?|more on this(?: (?:article|story|topic))?|"
    r"more (?:stories|news)|recommended|you (?:may|might) also like|most (?:read|popular)|trending|mehr zum thema|"
    r"sur le même sujet|関連記事|相关阅读|相关新闻|관련 ?기사)\s?[:：]?",
    re.IGNORECASE,
)
"""The label before a list of promoted headlines, each of which is a line that does not end like a sentence."""
_SENTENCE_ENDS = (".", "!", "?", ",", ";", ":", "”", '"', "’", "»", "…", "。", "！", "？", "」", "』", "|", "।")
_DEBRIS_MAX_CHARACTERS = 2_000
"""A longer line is never debris, which bounds the time spent on the patterns."""


class LineRule(NamedTuple):
    """A rule that takes a line for debris if the pattern matches all of it and it has at most `max_words` words."""

    name: str
    max_words: int
    pattern: re.Pattern[str]
    examples: tuple[str, ...]
    """Invented lines that the rule matches, modelled on real pages."""


def _rule(name: str, max_words: int, pattern: str, *examples: str) -> LineRule:
    return LineRule(name, max_words, re.compile(pattern, re.IGNORECASE | re.VERBOSE), examples)


_NO_SENTENCE = r"[^\n]{0,300}[^\n.]"
"""A headline or label, which does not end with a full stop."""
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
"""The rules in the order in which they are tried."""

_ANY_LETTER = re.compile(r"[^\W_]")
_ICON = re.compile(r"icons?(?!\w)", re.IGNORECASE)
_MIN_ICON_WORDS = 3
_MIN_ICON_SHARE = 0.2
"""Least number and share of words ending in "icon" in the names of an icon font read as text ("icon menu-bicon searchicon
closeicon ..."), where about half of the words do; prose about icons stays far below and ends with a full stop."""


def debris_rule(line: str) -> str:
    """Returns the name of the rule that takes a line for debris, '' for a line of the article."""
    if len(line) > _DEBRIS_MAX_CHARACTERS:
        return ""
    words = line.split()
    icons = sum(_ICON.search(word) is not None for word in words)
    if icons >= _MIN_ICON_WORDS and icons >= _MIN_ICON_SHARE * len(words) and not line.endswith((".", "!", "?")):
        return "interface_icons"
    if not _ANY_LETTER.search(line):
        return "separator"
    for rule in LINE_RULES:
        if len(words) <= rule.max_words and rule.pattern.fullmatch(line):
            return rule.name
    return ""


def ends_as_sentence(line: str) -> bool:
    """Tells whether a line ends like a sentence, or like a part of one."""
    return line.endswith(_SENTENCE_ENDS) and not line.endswith("...")


def without_debris_lines(lines: Iterable[str]) -> tuple[list[str], set[str]]:
    """Drops all lines of debris, and the headlines below the label of a list of promoted articles.

    Returns:
        The other lines, and the names of the rules that removed something.
    """
    kept: list[str] = []
    rules: set[str] = set()
    in_list = False
    for line in lines:
        rule = debris_rule(line)
        if not rule and in_list and not ends_as_sentence(line):
            rule = "promoted_headline"
        in_list = rule == "promoted_headline" or (rule != "" and _LIST_LABEL.fullmatch(line) is not None)
        if rule:
            rules.add(rule)
        else:
            kept.append(line)
    return kept, rules


def without_last_prompts(text: str) -> tuple[str, tuple[str, ...]]:
    """Drops debris from the end of a text that comes from a feed or a row.

    A line inside such a text that looks like debris is more likely the article's own.

    Returns:
        The text, never emptied, and the names of the rules that removed something, sorted.
    """
    rules: set[str] = set()
    end = len(text)
    while (start := text.rfind("\n", 0, end)) > 0 and (rule := debris_rule(text[start + 1 : end])):
        end = start
        rules.add(rule)
    return text[:end], tuple(sorted(rules))
