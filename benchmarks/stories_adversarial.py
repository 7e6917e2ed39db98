"""Groups invented articles that invite wrong stories: forms that outlets fill in, and similar events.

All events and texts are invented. Each kind defines what one event is, so that the stories can be scored.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence

from benchmarks.material import Row
from benchmarks.report import Part, Table
from benchmarks.stories_quality import figures, group
from benchmarks.stories_runs import gold_of
from pipeline.config import Config
from pipeline.evaluate.judge import compare_stories

SEED = 11
_START = 1_767_600_000  # Monday, 5 January 2026
_DAY = 86_400
_SHOWN = 4  # stories of each kind

_BEGINNINGS = (
    "Ash Black Brin Car Dun East Fal Gar Hol Kes Lang Mar North Oak Pen Rav Sal Thorn Ul West Whit Yar".split()
)
_ENDINGS = "bury combe dale ford gate ham leigh mere moor ness ridge stead ton wick worth".split()
_FIRST = (
    "Anna Bertil Clara Daniel Edith Frank Greta Harald Ida Jonas Karin Lorenz Maria Nils Olga Peter Ruth Sven".split()
)
_LAST = (
    "Ahlberg Brandt Carver Dahl Ekman Falk Granger Hollis Ivarsson Keane Lindqvist Marlow Norrby Osgood Prior".split()
)
_SIGNS = "Aries Taurus Gemini Cancer Leo Virgo Libra Scorpio Sagittarius Capricorn Aquarius Pisces".split()
_SIGN_LINES = """Money that you had given up may come back.
An old friend asks for more than advice.
Say less than you know at work this morning.
A journey that was put off can be planned again.
Somebody at home waits for an answer.
Do not sign anything before the evening.
What looks like a loss makes room for a better thing.
A colleague sees further than you think.
Rest is no waste of time today.
A letter brings news of a distant relative.
Your patience is tried by a small machine.
Keep a promise that nobody else remembers.""".splitlines()
_SKIES = "sunny spells|light rain|heavy showers|morning fog|thick cloud|a dry and bright day|sleet at times".split("|")
_WINDS = "northerly easterly southerly westerly".split()
_TRADES = {
    "baker": "ran a bakery by the market and was known for rye loaves",
    "teacher": "taught mathematics at the grammar school for three decades",
    "sailor": "went to sea at sixteen and came ashore as a captain",
    "nurse": "worked in the children's ward of the county hospital",
    "farmer": "kept sheep on the hill above the village",
    "organist": "played the organ at the parish church every Sunday",
    "printer": "set type for the local newspaper until it closed",
    "carpenter": "built half of the kitchens in the valley",
    "judge": "sat on the bench of the district court",
    "gardener": "laid out the rose beds of the town park",
}
_PASTIMES = "chess choir angling astronomy cycling knitting brass-bands bird-watching poetry bowls".split()
_CLUBS = "Rovers United Athletic City Wanderers Town Albion Rangers".split()


def towns(count: int) -> list[str]:
    """Returns distinct names of places that do not exist."""
    names = [beginning + ending for ending in _ENDINGS for beginning in _BEGINNINGS]
    return random.Random(SEED).sample(names, count)  # noqa: S311


def _row(kind: str, number: int, label: str, title: str, text: str, when: float) -> Row:
    return {
        "id": f"{kind}-{number}",
        "label": f"{kind} {label}",
        "url": f"https://{kind}-{number % 90}.example/{number}",
        "title": title,
        "text": text,
        "source": f"{kind.capitalize()} Paper {number % 90}",
        "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when)),
    }


def horoscopes(chance: random.Random) -> Iterator[Row]:
    """Makes 150 horoscopes of one day; those for one sign come from one agency and so are one event by definition."""
    lines = {sign: chance.sample(_SIGN_LINES, 3) for sign in _SIGNS}
    for number in range(150):
        sign = _SIGNS[number % len(_SIGNS)]
        text = f"""Your horoscope for today, {sign}. The stars speak plainly to those who listen on this Monday.
{" ".join(lines[sign])}
Lucky number {number % 9 + 1}. For a personal reading call our astrologers, lines are open from nine to five."""
        yield _row("horoscope", number, sign, f"Horoscope today: {sign}", text, _START + chance.randrange(_DAY))


def weather(chance: random.Random) -> Iterator[Row]:
    """Makes 150 forecasts, each for a different town."""
    for number, town in enumerate(towns(150)):
        low = chance.randrange(-6, 8)
        text = f"""Here is the forecast for {town} and the villages around it. Expect {chance.choice(_SKIES)} in the
morning and {chance.choice(_SKIES)} later. Temperatures range from {low} to {low + chance.randrange(3, 9)} degrees with
{chance.choice(_WINDS)} winds of up to {chance.randrange(10, 60)} kilometres an hour. Tonight stays mostly calm. The
outlook for the rest of the week is unsettled. Sunrise is at eight and sunset at half past four."""
        yield _row("weather", number, town, f"Weather for {town}", text, _START + chance.randrange(_DAY))


def obituaries(chance: random.Random) -> Iterator[Row]:
    """Makes obituaries of 200 people who died within a week."""
    places = towns(60)
    people = [f"{first} {last}" for first in _FIRST for last in _LAST]
    for number, name in enumerate(chance.sample(people, 200)):
        age, trade, town = chance.randrange(58, 101), chance.choice(list(_TRADES)), chance.choice(places)
        last = name.split()[1]
        text = f"""{name}, a {trade} of {town}, died on {chance.choice(["Sunday", "Monday", "Tuesday"])} aged {age}.
Born in {chance.choice(places)}, {last} {_TRADES[trade]}. Neighbours remember a passion for {chance.choice(_PASTIMES)}
and a dry sense of humour. {last} is survived by {chance.randrange(1, 5)} children and {chance.randrange(2, 9)}
grandchildren. The funeral will be held at the church of {town}. The family asks for no flowers; donations may be made
to the hospice."""
        title = chance.choice([f"{name}, {age}, {trade} of {town}", f"Obituary: {name}", f"{name} dies aged {age}"])
        yield _row("obituary", number, name, title, text, _START + chance.randrange(7 * _DAY))


def football(chance: random.Random) -> Iterator[Row]:
    """Makes reports of sixteen matches on one evening, each by six outlets in different words."""
    places, number = towns(32), 0
    for match in range(16):
        home, away = (f"{places[2 * match + side]} {chance.choice(_CLUBS)}" for side in (0, 1))
        scorers = [chance.choice(_LAST) for _ in range(3)]
        minutes = sorted(chance.sample(range(4, 90), 3))
        crowd = chance.randrange(4000, 30000)
        first, reply, last = scorers
        reports = f"""\
{home} 2-1 {away} | {home} beat {away} 2-1 on Wednesday night. {first} put the hosts ahead after {minutes[0]} minutes,
 {reply} levelled and {last} struck the winner late on.
{last} sinks {away} | A late goal by {last} in minute {minutes[2]} gave {home} all three points against {away} in front
 of {crowd} spectators.
{away} lose again at {places[2 * match]} | {away} went home with nothing. {reply} had cancelled out the opener of
 {first}, but {home} had the last word through {last}.
{home} climb the table with win over {away} | {home} moved up two places. Goals by {first} and {last} were enough to
 overcome {away}, whose reply came from {reply} in minute {minutes[1]}.
Match report: {home} v {away} | Full time: {home} 2 ({first} {minutes[0]}, {last} {minutes[2]}), {away} 1 ({reply}
 {minutes[1]}). Attendance {crowd}.
{first} and {last} score for {home} | The manager of {home} praised {first} and {last} after the 2-1 victory over
 {away} and said the crowd had carried his side."""
        for report in reports.replace("\n ", " ").splitlines():
            title, _, text = report.partition(" | ")
            yield _row("football", number, f"{home} {away}", title, text, _START + 2 * _DAY + chance.randrange(7200))
            number += 1


def fires(chance: random.Random) -> Iterator[Row]:
    """Makes reports of two fires in one town within a week, each by eight outlets."""
    for event, (day, reports) in enumerate(((0, _WAREHOUSE), (3, _SCHOOL))):
        for place, report in enumerate(reports):
            title, _, text = report.partition(" | ")
            when = _START + day * _DAY + place * 5400 + chance.randrange(3600)
            yield _row("fire", event * 8 + place, "warehouse school".split()[event], title, text, when)


_WAREHOUSE = """\
Fire destroys furniture warehouse in Northmoor | A fire destroyed a furniture warehouse on Dock Street in Northmoor early on Monday. Eighty firefighters fought the flames for six hours. Nobody was inside, the brigade said.
Northmoor warehouse blaze: eighty firefighters on Dock Street | Flames shot thirty metres high when the furniture store of Ekman Brothers on Dock Street burned down on Monday morning. The brigade sent eighty people and saved the neighbouring timber yard.
Ekman Brothers lose their warehouse | The owner of Ekman Brothers stood in the ashes of his furniture warehouse in Northmoor on Monday. The damage is put at nine million crowns; sixty people worked on Dock Street.
Smoke over Northmoor harbour after warehouse fire | Residents near the harbour of Northmoor were told to keep windows closed as smoke from burning sofas at the Dock Street warehouse drifted across the docks.
Faulty forklift charger blamed for Northmoor warehouse fire | The fire that burned down the Ekman furniture warehouse on Dock Street began at the charger of a forklift, the brigade's investigator said.
Dock Street reopens after warehouse fire | Dock Street in Northmoor reopened on Tuesday after the fire brigade had torn down the last wall of the Ekman furniture warehouse.
Timber yard escaped Northmoor warehouse flames | The timber yard beside the Ekman warehouse escaped the flames on Monday only because the wind turned, firefighters on Dock Street said.
Sixty jobs at risk after Ekman warehouse burns down | Sixty employees of Ekman Brothers in Northmoor do not know where they will work after a fire destroyed the company's warehouse on Dock Street.""".splitlines()  # noqa: E501

_SCHOOL = """\
Fire at Northmoor primary school, children safe | A fire broke out at the Mill Lane primary school in Northmoor on Thursday morning. All 240 children left the building unhurt, the brigade said.
240 pupils led out of burning school in Northmoor | Teachers led 240 pupils of Mill Lane school to the sports field on Thursday as flames spread from the roof over the gym. Forty firefighters were called.
Northmoor school fire began during roof repairs | Roofers had been working with a gas burner above the gym of the Mill Lane school in Northmoor before the fire, the police said on Thursday.
Head teacher praises calm of children in school fire | The head of the Mill Lane primary school, Ruth Marlow, praised her pupils, who had practised the way to the sports field only last week.
Mill Lane school to stay closed until Easter | After Thursday's fire the primary school on Mill Lane in Northmoor stays closed until Easter; its 240 pupils will be taught in three other buildings.
Roofer questioned after fire at Mill Lane school | Police in Northmoor questioned a roofer on Friday about the fire that burned out the gym of the Mill Lane primary school.
Parents collect children after school fire in Northmoor | Worried parents ran to Mill Lane on Thursday when news of the fire at the primary school spread. Not one of the 240 children was hurt.
Second fire in a week keeps Northmoor brigade busy | The brigade of Northmoor was called to the Mill Lane primary school on Thursday, where the roof over the gym burned. All pupils were safe.""".splitlines()  # noqa: E501

KINDS: dict[str, Callable[[random.Random], Iterator[Row]]] = {
    "horoscope": horoscopes,
    "weather": weather,
    "obituary": obituaries,
    "football": football,
    "fire": fires,
}
"""All kinds by name."""


def articles(seed: int = SEED) -> list[Row]:
    """Makes the articles of all kinds; the same seed gives the same ones."""
    return [row for name, make in KINDS.items() for row in make(random.Random(f"{seed} {name}"))]  # noqa: S311


def judge(rows: Sequence[Row], background: Sequence[Row], config: Config) -> Part:
    """Groups the articles among others in one run, and reports each kind.

    Args:
        rows: as returned by `articles`, or some of them.
        background: other articles; may be empty.
        config: of the run.
    """
    state = group([*rows, *background], config)
    tables, found = [], {}
    for kind in dict.fromkeys(row["label"].partition(" ")[0] for row in rows):
        gold = gold_of([row for row in rows if row["label"].startswith(kind + " ")])
        ids = {one.id for one in gold}
        judgement = compare_stories(gold, state.stories)
        found[kind] = judgement
        own = [story for story in state.stories if any(one["id"] in ids for one in story["articles"])]
        shown = sorted(own, key=lambda story: (-story["size"], story["id"]))[:_SHOWN]
        tables.append(
            Table(
                f"largest stories of kind {kind}",
                ("headline", "articles", "sources", "some of its titles"),
                [
                    (
                        story["headline"][:50],
                        story["size"],
                        story["source_count"],
                        " / ".join(sorted({one["title"][:36] for one in story["articles"]})[:3]),
                    )
                    for story in shown
                ],
            )
        )
    table = Table(
        f"invented articles among {len(background):,} others",
        ("kind", "articles", "events", "stories", "B3 precision", "B3 recall", "B3 F1"),
        [(kind, one.articles, one.events, one.stories, *one.scores.b3) for kind, one in found.items()],
    )
    return Part([table, *tables], [], {kind: figures(one) for kind, one in found.items()})
