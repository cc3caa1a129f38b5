"""When somebody has a look at how visits came about, or asks whether a drive needs a hand; plain values only.

None of these says that anybody did wrong, and none changes a figure: each is a reason to ask.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

HELPED: Final = "helped"

STALL, BURST, QUICK, NIGHT, TWICE, SIGNATURE, PHONE = (
    "stall",
    "burst",
    "quick",
    "night",
    "twice",
    "signature",
    "phone",
)
RULES: Final = (STALL, BURST, QUICK, NIGHT, TWICE, SIGNATURE, PHONE)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on it is a reason to ask. Hours are of the ward's own clock; the end of the night is outside."""

    due_days: int = 5
    stall_days: int = 7
    burst_visits: int = 12
    burst_within: timedelta = timedelta(minutes=30)
    quick_below: timedelta = timedelta(seconds=40)
    quick_in_a_row: int = 4
    night_from: int = 22
    night_to: int = 5
    night_visits: int = 3
    # Two phones' clocks are never quite one; and whoever says goodbye at one door is expected at the next.
    twice_longer_than: timedelta = timedelta(minutes=2)
    twice_times: int = 2
    signatures: int = 3
    phone_homes: int = 4


USUAL: Final = Thresholds()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch reads of one visit. `phone` is whoever recorded it; `there` are those of the pair who confirmed.

    `began` and `ended` are on the ward's clock. `signature` tells equal drawings apart from others and nothing more, and
    so do `numbers` of those whom the visit helped.
    """

    visit: UUID
    phone: UUID
    unit: UUID
    day: date
    began: datetime
    ended: datetime
    outcome: str
    door: UUID | None = None
    there: tuple[UUID, ...] = ()
    signature: str = ""
    numbers: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Flag:
    """One reason to ask: which rule, about whose visits of which day, and how many of them."""

    rule: str
    phone: UUID
    unit: UUID
    day: date
    count: int


def stall(since: date, last: date | None, on: date, *, left: int, than: Thresholds = USUAL) -> int | None:
    """For how many days a running drive with doors left has seen nobody, where that is long."""
    days = (on - max(last or since, since)).days
    return days if left and days >= than.stall_days else None


def most_within(moments: Sequence[datetime], span: timedelta) -> int:
    """The most of these moments, in order, that fall within a span."""
    most = first = 0
    for at, moment in enumerate(moments):
        while moment - moments[first] > span:
            first += 1
        most = max(most, at - first + 1)
    return most


def burst(visits: Sequence[Seen], than: Thresholds = USUAL) -> int | None:
    """So many visits with help from one phone in half an hour as nobody can walk."""
    count = most_within(sorted(one.ended for one in visits if one.outcome == HELPED), than.burst_within)
    return count if count >= than.burst_visits else None


def quick(visits: Sequence[Seen], than: Thresholds = USUAL) -> int | None:
    """The longest run of visits with help, one after the other, each over before anybody could say what it is about."""
    most = run = 0
    for one in sorted(visits, key=lambda one: (one.began, one.visit)):
        if one.outcome == HELPED:
            run = run + 1 if one.ended - one.began < than.quick_below else 0
            most = max(most, run)
    return most if most >= than.quick_in_a_row else None


def night(visits: Sequence[Seen], than: Thresholds = USUAL) -> int | None:
    """Visits with help at an hour at which one does not knock."""
    late = sum(
        one.outcome == HELPED and (one.began.hour >= than.night_from or one.began.hour < than.night_to)
        for one in visits
    )
    return late if late >= than.night_visits else None


def signature(visits: Sequence[Seen], than: Thresholds = USUAL) -> tuple[date, int] | None:
    """How often the very same drawing signed, for nobody draws the same lines twice; and the day on which it was enough."""
    return _gathered(((one, one.signature, one.visit) for one in visits if one.signature), than.signatures)


def phone(visits: Sequence[Seen], than: Thresholds = USUAL) -> tuple[date, int] | None:
    """In how many homes one and the same number was written down, where that is more than a family; and since when."""
    return _gathered(
        ((one, number, one.door) for one in visits if one.door is not None for number in one.numbers), than.phone_homes
    )


def _gathered(told: Iterable[tuple[Seen, str, UUID]], least: int) -> tuple[date, int] | None:
    """The first key that comes with so many different things: the day of the one that made it enough, and how many."""
    things: dict[str, set[UUID]] = defaultdict(set)
    enough: dict[str, date] = {}
    for one, key, thing in sorted(told, key=lambda each: (each[0].day, each[0].began, each[1])):
        things[key].add(thing)
        if len(things[key]) == least:
            enough.setdefault(key, one.day)
    if not enough:
        return None
    key = min(enough, key=lambda each: (enough[each], each))
    return enough[key], len(things[key])


def twice(visits: Iterable[Seen], than: Thresholds = USUAL) -> dict[tuple[UUID, date], int]:
    """How often somebody stood at two doors at once, by the phone of the later visit and its day."""
    of_person: dict[UUID, list[Seen]] = defaultdict(list)
    for one in visits:
        for person in one.there:
            of_person[person].append(one)
    found: dict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for some in of_person.values():
        some.sort(key=lambda one: (one.began, one.visit))
        longest = some[0]
        for _before, one in pairwise(some):
            overlap = min(longest.ended, one.ended) - one.began
            if one.door != longest.door and overlap > than.twice_longer_than:
                found[one.phone, one.day].add(one.visit)
            longest = max(longest, one, key=lambda each: each.ended)
    return {key: len(some) for key, some in found.items() if len(some) >= than.twice_times}


_OF_ONE_DAY: Mapping[str, Callable[[Sequence[Seen], Thresholds], int | None]] = {
    BURST: burst,
    QUICK: quick,
    NIGHT: night,
}
_OF_ALL_DAYS: Mapping[str, Callable[[Sequence[Seen], Thresholds], tuple[date, int] | None]] = {
    SIGNATURE: signature,
    PHONE: phone,
}


def flags(visits: Iterable[Seen], than: Thresholds = USUAL) -> Iterator[Flag]:
    """Every reason to ask among the visits of some days, of which each phone's have to be there whole."""
    phones: dict[tuple[UUID, UUID], list[Seen]] = defaultdict(list)
    for one in visits:
        phones[one.phone, one.unit].append(one)
    overlapping = twice((one for some in phones.values() for one in some), than)
    for (number, unit), some in sorted(phones.items()):
        for day in sorted({one.day for one in some}):
            that_day = [one for one in some if one.day == day]
            counts = {rule: ask(that_day, than) for rule, ask in _OF_ONE_DAY.items()}
            counts[TWICE] = overlapping.get((number, day))
            yield from (Flag(rule, number, unit, day, count) for rule, count in counts.items() if count is not None)
        for rule, gather in _OF_ALL_DAYS.items():
            if (found := gather(some, than)) is not None:
                yield Flag(rule, number, unit, *found)
