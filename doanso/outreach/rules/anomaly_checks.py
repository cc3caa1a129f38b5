"""Rules for when to ask how visits came about, or whether a drive needs help; plain values only.

A reason to ask is no finding that anybody did wrong, and changes no figure.
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
class AnomalyThresholds:
    """Limits above which there is a reason to ask. Hours are in the ward's time; the end of the night is excluded."""

    due_days: int = 5
    stall_days: int = 7
    burst_visits: int = 12
    burst_within: timedelta = timedelta(minutes=30)
    quick_below: timedelta = timedelta(seconds=40)
    quick_in_a_row: int = 4
    night_from: int = 22
    night_to: int = 5
    night_visits: int = 3
    # Two phones' clocks always differ a little; and a pair that leaves one door begins at the next.
    twice_longer_than: timedelta = timedelta(minutes=2)
    twice_times: int = 2
    signatures: int = 3
    phone_homes: int = 4


USUAL: Final = AnomalyThresholds()


@dataclass(frozen=True, slots=True)
class CheckedVisit:
    """The checked data of one visit. `recorder` is the user whose phone recorded it; `confirmed` are those of the pair whose
    presence is confirmed.

    `began` and `ended` are on the ward's clock. `signature` is equal for equal drawings and discloses nothing more; so are
    `numbers` of the visit's receivers.
    """

    visit: UUID
    recorder: UUID
    unit: UUID
    day: date
    began: datetime
    ended: datetime
    outcome: str
    door: UUID | None = None
    confirmed: tuple[UUID, ...] = ()
    signature: str = ""
    numbers: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class AnomalyFlag:
    """One reason to ask: the rule, whose visits of which day, and how many."""

    rule: str
    recorder: UUID
    unit: UUID
    day: date
    count: int


def days_without_visit(
    since: date, last: date | None, on: date, *, left: int, thresholds: AnomalyThresholds = USUAL
) -> int | None:
    """Return for how many days a running drive with open doors has had no visit, if that is long; else None."""
    days = (on - max(last or since, since)).days
    return days if left and days >= thresholds.stall_days else None


def most_within(moments: Sequence[datetime], span: timedelta) -> int:
    """Return the largest number of these sorted moments within a span."""
    most = first = 0
    for index, moment in enumerate(moments):
        while moment - moments[first] > span:
            first += 1
        most = max(most, index - first + 1)
    return most


def count_in_half_hour(visits: Sequence[CheckedVisit], thresholds: AnomalyThresholds = USUAL) -> int | None:
    """Return the number of visits with help from one phone in half an hour, if they are more than is plausible; else None."""
    count = most_within(sorted(visit.ended for visit in visits if visit.outcome == HELPED), thresholds.burst_within)
    return count if count >= thresholds.burst_visits else None


def longest_quick_run(visits: Sequence[CheckedVisit], thresholds: AnomalyThresholds = USUAL) -> int | None:
    """Return the longest run of visits with help that were each too short to explain anything, if it exceeds the limit."""
    most = run = 0
    for visit in sorted(visits, key=lambda visit: (visit.began, visit.visit)):
        if visit.outcome == HELPED:
            run = run + 1 if visit.ended - visit.began < thresholds.quick_below else 0
            most = max(most, run)
    return most if most >= thresholds.quick_in_a_row else None


def count_at_night(visits: Sequence[CheckedVisit], thresholds: AnomalyThresholds = USUAL) -> int | None:
    """Return the number of visits with help at night, if it exceeds the limit."""
    late = sum(
        visit.outcome == HELPED
        and (visit.began.hour >= thresholds.night_from or visit.began.hour < thresholds.night_to)
        for visit in visits
    )
    return late if late >= thresholds.night_visits else None


def repeated_signature(
    visits: Sequence[CheckedVisit], thresholds: AnomalyThresholds = USUAL
) -> tuple[date, int] | None:
    """Return the day on which the limit was reached, and how often the very same drawing signed, since no two drawings are
    alike.
    """
    return _gathered(
        ((visit, visit.signature, visit.visit) for visit in visits if visit.signature), thresholds.signatures
    )


def repeated_phone(visits: Sequence[CheckedVisit], thresholds: AnomalyThresholds = USUAL) -> tuple[date, int] | None:
    """Return the day on which the limit was reached, and in how many homes one number was registered, if more than a family's."""
    return _gathered(
        ((visit, number, visit.door) for visit in visits if visit.door is not None for number in visit.numbers),
        thresholds.phone_homes,
    )


def _gathered(marks: Iterable[tuple[CheckedVisit, str, UUID]], least: int) -> tuple[date, int] | None:
    """Return the first key with more different values than the limit: the day on which it was reached, and how many."""
    things: dict[str, set[UUID]] = defaultdict(set)
    enough: dict[str, date] = {}
    for visit, key, thing in sorted(marks, key=lambda mark: (mark[0].day, mark[0].began, mark[1])):
        things[key].add(thing)
        if len(things[key]) == least:
            enough.setdefault(key, visit.day)
    if not enough:
        return None
    key = min(enough, key=lambda candidate: (enough[candidate], candidate))
    return enough[key], len(things[key])


def count_at_two_doors(
    visits: Iterable[CheckedVisit], thresholds: AnomalyThresholds = USUAL
) -> dict[tuple[UUID, date], int]:
    """Return how often a person was at two doors at once, by the recorder of the later visit and its day."""
    of_person: dict[UUID, list[CheckedVisit]] = defaultdict(list)
    for visit in visits:
        for person in visit.confirmed:
            of_person[person].append(visit)
    overlapping: dict[tuple[UUID, date], set[UUID]] = defaultdict(set)
    for person_visits in of_person.values():
        person_visits.sort(key=lambda visit: (visit.began, visit.visit))
        longest = person_visits[0]
        for _before, visit in pairwise(person_visits):
            overlap = min(longest.ended, visit.ended) - visit.began
            if visit.door != longest.door and overlap > thresholds.twice_longer_than:
                overlapping[visit.recorder, visit.day].add(visit.visit)
            longest = max(longest, visit, key=lambda visit: visit.ended)
    return {
        key: len(person_visits)
        for key, person_visits in overlapping.items()
        if len(person_visits) >= thresholds.twice_times
    }


_OF_ONE_DAY: Mapping[str, Callable[[Sequence[CheckedVisit], AnomalyThresholds], int | None]] = {
    BURST: count_in_half_hour,
    QUICK: longest_quick_run,
    NIGHT: count_at_night,
}
_OF_ALL_DAYS: Mapping[str, Callable[[Sequence[CheckedVisit], AnomalyThresholds], tuple[date, int] | None]] = {
    SIGNATURE: repeated_signature,
    PHONE: repeated_phone,
}


def flags(visits: Iterable[CheckedVisit], thresholds: AnomalyThresholds = USUAL) -> Iterator[AnomalyFlag]:
    """Yield every reason to ask among the visits of some days; of each recorder all visits of these days are needed."""
    by_recorder: dict[tuple[UUID, UUID], list[CheckedVisit]] = defaultdict(list)
    for visit in visits:
        by_recorder[visit.recorder, visit.unit].append(visit)
    overlapping = count_at_two_doors((visit for recorded in by_recorder.values() for visit in recorded), thresholds)
    for (recorder, unit), recorded in sorted(by_recorder.items()):
        for day in sorted({visit.day for visit in recorded}):
            that_day = [visit for visit in recorded if visit.day == day]
            counts = {rule: ask(that_day, thresholds) for rule, ask in _OF_ONE_DAY.items()}
            counts[TWICE] = overlapping.get((recorder, day))
            yield from (
                AnomalyFlag(rule, recorder, unit, day, count) for rule, count in counts.items() if count is not None
            )
        for rule, gather in _OF_ALL_DAYS.items():
            if (gathered := gather(recorded, thresholds)) is not None:
                yield AnomalyFlag(rule, recorder, unit, *gathered)
