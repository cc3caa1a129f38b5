"""Rules of the anomaly checks: tables of what is flagged and what is not, and a seeded year of honest and invented
days."""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from doanso.outreach.rules import anomaly_checks
from doanso.outreach.rules.anomaly_checks import CheckedVisit
from doanso.testing import TODAY

WARD = UUID(int=1)
NOON = datetime(2023, 11, 12, 12, 0, tzinfo=UTC)


def visits(*spans, outcome="helped", phone=9, first_at=NOON, **more):
    """Return visits by (start, length) in seconds after noon, each at a door of its own."""
    visits = []
    for place, (start, length) in enumerate(spans):
        began = first_at + timedelta(seconds=start)
        columns = {"door": UUID(int=1000 * phone + place), **more}
        visits.append(
            CheckedVisit(
                visit=UUID(int=100_000 * phone + place),
                recorder=UUID(int=phone),
                unit=WARD,
                day=began.date(),
                began=began,
                ended=began + timedelta(seconds=length),
                outcome=outcome,
                **columns,
            )
        )
    return visits


@pytest.mark.parametrize(
    ("since", "last", "left", "days"),
    [
        (TODAY - timedelta(days=20), TODAY - timedelta(days=7), 3, 7),
        (TODAY - timedelta(days=20), TODAY - timedelta(days=6), 3, None),
        (TODAY - timedelta(days=9), None, 3, 9),
        (TODAY - timedelta(days=6), None, 3, None),
        # Visits before the drive began do not count; a finished drive needs nobody.
        (TODAY - timedelta(days=3), TODAY - timedelta(days=30), 3, None),
        (TODAY - timedelta(days=20), TODAY - timedelta(days=9), 0, None),
    ],
)
def test_a_drive_that_stands_still(since, last, left, days):
    assert anomaly_checks.days_without_visit(since, last, TODAY, left=left) == days


@pytest.mark.parametrize(
    ("gap", "count", "result"),
    [(150, 12, 12), (150, 11, None), (163, 12, 12), (164, 12, None), (60, 20, 20)],
)
def test_so_many_in_half_an_hour(gap, count, result):
    series = visits(*((gap * place, 50) for place in range(count)))

    assert anomaly_checks.count_in_half_hour(series) == result
    assert (
        anomaly_checks.count_in_half_hour(visits(*((gap * place, 50) for place in range(count)), outcome="not-home"))
        is None
    )


@pytest.mark.parametrize(
    ("lengths", "result"),
    [
        ([39, 39, 39, 39], 4),
        ([39, 39, 39], None),
        ([39, 39, 40, 39, 39], None),
        ([39, 39, 300, 10, 10, 10, 10, 10], 5),
    ],
)
def test_visits_that_are_over_before_they_begin(lengths, result):
    assert (
        anomaly_checks.longest_quick_run(visits(*((600 * place, length) for place, length in enumerate(lengths))))
        == result
    )


def test_whoever_refuses_or_is_not_at_home_is_quick_and_breaks_no_run():
    quick = visits((0, 20), (600, 20), (1200, 20), (1800, 20))
    doors = visits((300, 5), (900, 5), outcome="not-home", phone=8)

    assert (
        anomaly_checks.longest_quick_run(visits((0, 20), (600, 20), (1200, 20), (1800, 20), outcome="refused")) is None
    )
    assert anomaly_checks.longest_quick_run([*quick, *doors]) == 4


@pytest.mark.parametrize(
    ("hour", "count", "result"), [(22, 3, 3), (23, 4, 4), (4, 3, 3), (5, 3, None), (21, 3, None), (22, 2, None)]
)
def test_visits_at_night(hour, count, result):
    begin = NOON.replace(hour=hour)

    assert (
        anomaly_checks.count_at_night(visits(*((400 * place, 300) for place in range(count)), first_at=begin)) == result
    )


@pytest.mark.parametrize(
    ("starts", "length", "result"),
    [
        # Three visits on another phone, each begun so many seconds after the first phone's.
        ([0, 0, 0], 600, 3),
        ([100, 100, 100], 600, 3),
        ([500, 500, 500], 600, None),
        ([0, 700, 700], 600, None),
    ],
)
def test_one_person_at_two_doors_at_once(starts, length, result):
    ut = (UUID(int=77),)
    first = visits((0, 600), (3600, 600), (7200, 600), confirmed=ut)
    other = visits(*((3600 * n + start, length) for n, start in enumerate(starts)), phone=8, confirmed=ut)
    times = anomaly_checks.count_at_two_doors([*first, *other])

    assert max(times.values(), default=None) == result
    # The same door twice, or somebody unconfirmed, is not at two doors.
    assert anomaly_checks.count_at_two_doors([*first, *visits((0, 600), (3600, 600), (7200, 600), phone=8)]) == {}


def test_the_same_drawing_and_the_same_number():
    for rule, least, details in (
        (anomaly_checks.repeated_signature, 3, {"signature": "a"}),
        (anomaly_checks.repeated_phone, 4, {"numbers": frozenset({"a"})}),
    ):
        spans = [(0, 300), (86_400, 300), (90_000, 300), (172_800, 300), (180_000, 300)]
        assert rule(visits(*spans[: least - 1], **details)) is None
        # The day is that of the last visit needed, whatever came later.
        enough = NOON.date() + timedelta(days=1 if least == 3 else 2)
        assert rule(visits(*spans[:least], **details)) == (enough, least)
        assert rule(visits(*spans, **details)) == (enough, 5)
    assert anomaly_checks.repeated_phone(visits(*spans, door=UUID(int=5), numbers=frozenset({"a"}))) is None
    assert anomaly_checks.repeated_signature(visits(*spans)) is None


# --- A seeded set -------------------------------------------------------------------------------------------------------


class Field:
    """Realistic days from door to door, and days that somebody invented at a table."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.made = 0
        self.people = 0

    def key(self) -> UUID:
        self.made += 1
        return UUID(int=10_000 + self.made)

    def seen(self, phone: UUID, began: datetime, seconds: float, outcome: str, **more) -> CheckedVisit:
        columns = {"door": self.key(), "confirmed": (), "signature": "", "numbers": frozenset()}
        ended = began + timedelta(seconds=seconds)
        return CheckedVisit(self.key(), phone, WARD, began.date(), began, ended, outcome, **columns | more)

    def honest(self, phone: UUID, day: date) -> list[CheckedVisit]:
        """Return a morning or an evening of a pair: 8 to 25 doors, a few minutes each, some minutes' walk between."""
        chance = self.chance
        moment = datetime.combine(day, time(chance.choice([8, 9, 14, 17, 18, 19]), chance.randrange(60)), UTC)
        pair = (self.key(), self.key())
        alley = self.key().hex
        day_visits = []
        for _door in range(chance.randint(8, 25)):
            if moment.hour >= 22:
                break
            outcome = chance.choices(["helped", "had-already", "not-home", "refused", "follow-up"], [50, 14, 22, 6, 8])[
                0
            ]
            usual = {"helped": (90, 900), "had-already": (30, 120), "follow-up": (20, 90)}.get(outcome, (6, 40))
            seconds = chance.uniform(*usual)
            if outcome == "helped" and chance.random() < 0.08:
                # A known door, and one tap.
                seconds = chance.uniform(28, 60)
            numbers = set()
            if outcome == "helped":
                # Old people give a neighbour's number, now and then the same one.
                numbers = {alley if chance.random() < 0.06 else self.key().hex}
            day_visits.append(
                self.seen(
                    phone,
                    moment,
                    seconds,
                    outcome,
                    confirmed=pair,
                    signature=self.key().hex if chance.random() < 0.4 else "",
                    numbers=frozenset(numbers),
                )
            )
            moment += timedelta(seconds=seconds + chance.uniform(25, 300))
        if chance.random() < 0.05:
            # A clock that was set during the round, or an app that was left open on the way to the next door.
            late = day_visits[chance.randrange(len(day_visits))]
            day_visits.append(self.seen(phone, late.ended - timedelta(seconds=60), 200, "helped", confirmed=pair))
        return day_visits

    def made_up(self, kind: str, phone: UUID, day: date) -> list[CheckedVisit]:
        chance = self.chance
        start = datetime.combine(day, time(14), UTC)
        if kind == "burst":
            gap = chance.uniform(45, 160)
            return [
                self.seen(phone, start + n * timedelta(seconds=gap), 44, "helped")
                for n in range(chance.randint(12, 30))
            ]
        if kind == "quick":
            return [
                self.seen(phone, start + n * timedelta(minutes=6), chance.uniform(8, 38), "helped")
                for n in range(chance.randint(4, 9))
            ]
        if kind == "night":
            late = start.replace(hour=chance.choice([22, 23, 0, 2, 4]))
            count = chance.randint(3, 8)
            return [self.seen(phone, late + n * timedelta(minutes=7), 200, "helped") for n in range(count)]
        if kind == "twice":
            ut = (self.key(),)
            other = self.key()
            return [
                self.seen(
                    where, start + n * timedelta(minutes=15) + timedelta(seconds=late), 500, "helped", confirmed=ut
                )
                for n in range(chance.randint(3, 6))
                for where, late in ((other, 0), (phone, chance.uniform(1, 300)))
            ]
        if kind == "signature":
            drawn = self.key().hex
            return [
                self.seen(phone, start + n * timedelta(minutes=11), 240, "helped", signature=drawn)
                for n in range(chance.randint(3, 10))
            ]
        number = frozenset({self.key().hex})
        return [
            self.seen(phone, start + n * timedelta(minutes=11), 240, "helped", numbers=number)
            for n in range(chance.randint(4, 10))
        ]


KINDS = ("burst", "quick", "night", "twice", "signature", "phone")


def _days(count: int) -> Iterator[date]:
    for n in range(count):
        yield date(2023, 3, 1) + timedelta(days=n)


@pytest.mark.parametrize("seed", [1, 2023, 41_177])
def test_nine_of_ten_made_up_days_are_asked_about_and_of_honest_ones_hardly_any(seed):
    field = Field(seed)
    honest, fraud = set(), set()
    everything: list[CheckedVisit] = []
    for n, day in enumerate(_days(200)):
        for _pair in range(3):
            phone = field.key()
            honest.add(phone)
            everything += field.honest(phone, day)
        phone = field.key()
        made_up = field.made_up(KINDS[n % len(KINDS)], phone, day)
        # Somebody who invents visits does some real rounds too.
        everything += [
            *made_up,
            *(flagged for flagged in field.honest(phone, day) if flagged.began > made_up[-1].ended),
        ]
        fraud.add(phone)
    flags = list(anomaly_checks.flags(everything))
    flagged = {flag.recorder for flag in flags}

    assert len(fraud & flagged) >= 0.9 * len(fraud)
    assert len(honest & flagged) <= 0.02 * len(honest)
    assert {flag.rule for flag in flags} == set(KINDS)
