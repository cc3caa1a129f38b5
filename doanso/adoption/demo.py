"""Demo data of adoption: a year of weekly bulk attestations with figures that show a development.

The level of each unit on the day of the demo is written by hand below; it is reached in a straight line from a level of its
own, so that the last weeks' speed gives a forecast.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Max
from django.db.models.functions import Cast

from doanso.accounts.models import User
from doanso.adoption import actions, queries
from doanso.adoption.models import AdoptionStage, Obstacle, Usage, UseAnswerKind
from doanso.adoption.queries import declarations, usage_figures
from doanso.adoption.queries import self_report as own
from doanso.lib import clock
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_actions import DatedAction
from doanso.lib.dated_rows import in_effect
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.units.models import Unit, UnitPath

SEED = 2023
CALLED_BACK = 4
FIRST_ROUND = date(2023, 1, 9)
STORY_DAY = date(2023, 11, 12)
# Service, the counted stage, and its share in tenths of a per cent when the programme began.
LADDERS = (
    ("vneid", "level2-active", 360),
    ("portal", "account", 150),
    ("payment", "account", 540),
    ("tiengiangs", "installed", 40),
)
STORY: Mapping[str, tuple[int, int, int, int]] = {
    "28591": (789, 723, 861, 288),
    "28567": (856, 765, 884, 366),
    "28255": (886, 783, 886, 433),
    "28285": (886, 786, 871, 538),
    "28279": (908, 852, 913, 478),
    "28276": (893, 819, 900, 594),
    "28291": (923, 819, 919, 640),
    "28258": (908, 835, 912, 535),
    "28273": (939, 890, 897, 581),
    "28282": (940, 852, 932, 580),
    "28261": (925, 848, 932, 645),
    "28288": (897, 841, 948, 640),
    "28270": (920, 861, 911, 597),
    "28267": (950, 859, 972, 614),
    "28252": (933, 886, 952, 676),
    "28249": (936, 876, 967, 656),
    "28264": (958, 893, 975, 674),
    "thpt-song-tien": (954, 891, 999, 689),
    "cd-my-tho": (945, 880, 962, 662),
    "dan-chinh-dang": (981, 960, 1000, 806),
    "cong-an": (961, 937, 1000, 788),
}
"""Tenths of a per cent of each unit's members on each ladder on the story's day."""
REGISTER = ("register", "recorded")
REGISTER_ROUNDS = (
    (date(2023, 1, 16), 962),
    (date(2023, 5, 15), 975),
    (date(2023, 9, 18), 984),
    (date(2023, 11, 6), 989),
)
"""Names checked against the members' software: four rounds a year, for every unit alike."""
ROUNDS = len(LADDERS)
# A unit attests a ladder every fourth week, so attested figures are two weeks behind on average; each round aims ahead.
AHEAD = timedelta(weeks=2)


def share_on(start: int, story: int, day: date) -> int:
    """Return tenths of a per cent on a day, on the straight line through both."""
    passed = (day - FIRST_ROUND).days
    total_days = (STORY_DAY - FIRST_ROUND).days
    return min(1000, start + (story - start) * passed // total_days)


def attestation_rounds(code: str, place: int, last: date) -> list[tuple[date, int, int]]:
    """Return the unit's rounds up to a day: the day, the ladder, and the share to reach in tenths of a per cent."""
    result = []
    day = FIRST_ROUND + timedelta(days=place % 5)
    week = 0
    while day <= last:
        ladder = (week + place + 1) % ROUNDS
        result.append((day, ladder, share_on(LADDERS[ladder][2], STORY[code][ladder], day + AHEAD)))
        day += timedelta(weeks=1)
        week += 1
    return result


PersonKey = str
"""A person's key in hex. Each round goes over all members, and a UUID takes longer to make, to hash and to compare."""
_TEXT = partial(Cast, output_field=CharField())


@dataclass(slots=True)
class DemoAttester:
    """One unit's year: the next member on each ladder, in an order that is the same every time."""

    unit: Unit
    secretary: User
    # Calls back for the city: never the officer who attested.
    caller: User
    seed: int
    orders: dict[str, list[PersonKey]] = field(default_factory=dict)
    # The last answer of `_order` for each service, with the members it was given.
    present_orders: dict[str, tuple[Collection[PersonKey], list[PersonKey]]] = field(default_factory=dict)
    # The level of each person on each service's ladder, as far as recorded by this class.
    levels: dict[str, dict[PersonKey, int]] = field(default_factory=dict)
    last_usages: list[Usage] = field(default_factory=list)

    def _present(self) -> dict[PersonKey, UUID]:
        """Return members who may be attested today: persons with their stays."""
        stays = queries.attestable_stays(self.secretary).values_list("person_id", "pk")
        return {person.hex: stay for person, stay in stays}

    def _order(self, service: str, present: Collection[PersonKey]) -> list[PersonKey]:
        """Return the present members in an order that is fixed for each ladder; later arrivals come last."""
        given, ordered_present = self.present_orders.get(service, ((), []))
        if given is present:
            return ordered_present
        order = self.orders.setdefault(service, [])
        new = set(present).difference(order)
        if new:
            by_name = (
                queries.active_members()
                .filter(person_id__in=[UUID(person) for person in new])
                .order_by("contact__sort_key", "contact__birth_date")
            )
            ordered = [person.hex for person in by_name.values_list("person_id", flat=True)]
            Random(f"{self.seed} {self.unit.code} {service} {len(order)}").shuffle(ordered)
            order.extend(ordered)
        ordered_present = [person for person in order if person in present]
        self.present_orders[service] = present, ordered_present
        return ordered_present

    def _levels(self, service: str, people: Sequence[PersonKey]) -> dict[PersonKey, int]:
        cached = self.levels.setdefault(service, {})
        unasked = [UUID(person) for person in people if person not in cached]
        if unasked:
            fetched = queries.level_by_person(service, unasked, clock.today())
            cached.update((person.hex, fetched[person]) for person in unasked)
        return cached

    def bulk(self, stage: AdoptionStage, tenths: int, present: Collection[PersonKey]) -> actions.BulkInput | None:
        """Return the bulk of the next members in order that reaches that share on the stage; None where it is reached already."""
        order = self._order(stage.service_id, present)
        levels = self._levels(stage.service_id, order)
        waiting = [person for person in order if levels[person] < stage.level]
        missing = len(order) * tenths // 1000 - (len(order) - len(waiting))
        if missing <= 0:
            return None
        chosen = [UUID(person) for person in waiting[:missing]]
        return actions.BulkInput(self.secretary, self.unit, stage, chosen, clock.today())

    def attested(self, stage: AdoptionStage, usages: list[Usage]) -> None:
        """Remember the last bulk."""
        self.last_usages = usages
        self.levels[stage.service_id].update((usage.person_id.hex, stage.level) for usage in usages)

    def record_obstacle(self, stage: AdoptionStage, obstacle: Obstacle) -> None:
        """Record why one member is not on the stage yet, so that somebody can help."""
        present = self._present()
        order = self._order(stage.service_id, present)
        levels = self._levels(stage.service_id, order)
        waiting = [person for person in reversed(order) if levels[person] == 0]
        if waiting:
            actions.attest(
                actor=self.secretary,
                member_id=present[waiting[0]],
                stage=stage,
                happened_on=clock.today(),
                obstacle=obstacle,
            )
            levels[waiting[0]] = stage.level

    def take_back_one(self) -> None:
        """Take back one record of the last bulk, where the wrong name was ticked."""
        present = self._present()
        wrong = next((usage for usage in self.last_usages if usage.person_id.hex in present), None)
        if wrong is not None:
            actions.take_back_attestation(actor=self.secretary, usage_id=wrong.pk)
            self.levels[wrong.service_id].pop(wrong.person_id.hex, None)
            self.last_usages.remove(wrong)

    def confirm_one_by_call(self) -> None:
        """Confirm one member of the last bulk by a call."""
        present = self._present()
        right = next((usage for usage in reversed(self.last_usages) if usage.person_id.hex in present), None)
        if right is not None and right.grade < CALLED_BACK:
            actions.raise_grade(actor=self.caller, usage_id=right.pk, grade=CALLED_BACK)


def _stage(service: str, code: str) -> AdoptionStage:
    stage = queries.stage_by_code(service, code)
    if stage is None:
        raise LookupError(f"The catalogue has no stage {service}/{code}.")
    return stage


def _members_below(units: Sequence[Unit]) -> dict[UUID, set[PersonKey]]:
    """Return the active members below each of these units today, in two statements; the units must not contain one another."""
    today = clock.today()
    paths = UnitPath.objects.filter(in_effect(today), ancestor__in=units)
    unit_of = dict(paths.values_list(_TEXT("unit_id"), "ancestor_id"))
    members: dict[UUID, set[PersonKey]] = {unit.pk: set() for unit in units}
    stays = queries.active_members().filter(branch__paths_up__in=paths)
    for person, branch in stays.values_list(_TEXT("person_id"), _TEXT("branch_id")):
        members[unit_of[branch]].add(person.replace("-", ""))
    return members


_REGISTER = PreparedQuery(
    lambda: (
        Member.kept.order_by()
        .values_list("state", "temporary")
        .annotate(Count("pk"), Max("recorded_at"), Max("taken_back_at"))
    )
)
"""What differs whenever somebody has become a member, has moved or has left, or that was taken back."""


@dataclass(slots=True)
class PresentMembers:
    """The active members below each unit, read again when the register has changed."""

    _register: list[Any] = field(default_factory=list)
    _below: dict[UUID, set[PersonKey]] = field(default_factory=dict)

    def below(self, units: Sequence[Unit]) -> dict[UUID, set[PersonKey]]:
        """Return the active members below each of these units today; see `_members_below`."""
        register = sorted(_REGISTER())
        if register != self._register:
            self._register, self._below = register, {}
        unread = [unit for unit in units if unit.pk not in self._below]
        if unread:
            self._below |= _members_below(unread)
        return {unit.pk: self._below[unit.pk] for unit in units}


@dataclass(frozen=True, slots=True)
class DemoAttestationRound:
    """All units that attest on one day, each for one stage, up to a share of its members."""

    shares: Sequence[tuple[DemoAttester, AdoptionStage, int]]
    members: PresentMembers

    def __call__(self) -> None:
        """Attest them in one call."""
        present = self.members.below([teller.unit for teller, _stage, _tenths in self.shares])
        wanted = [
            (teller, stage, teller.bulk(stage, tenths, present[teller.unit.pk]))
            for teller, stage, tenths in self.shares
        ]
        chosen = [(teller, stage, bulk) for teller, stage, bulk in wanted if bulk is not None]
        if not chosen:
            return
        done = actions.attest_bulks([bulk for _teller, _stage, bulk in chosen])
        for (teller, stage, _bulk), usages in zip(chosen, done, strict=True):
            teller.attested(stage, usages)


def year(units: Sequence[tuple[Unit, User]], caller: User, last: date) -> list[DatedAction]:
    """Return the attestations of the year up to a day."""
    stages = [_stage(service, code) for service, code, _start in LADDERS]
    register = _stage(*REGISTER)
    first_steps = [_stage("vneid", "level2-registered"), _stage("portal", "none")]
    obstacles = list(queries.obstacles())
    shares: dict[date, list[tuple[DemoAttester, AdoptionStage, int]]] = defaultdict(list)
    checked: dict[date, list[tuple[DemoAttester, AdoptionStage, int]]] = defaultdict(list)
    planned: list[DatedAction] = []
    for place, (unit, secretary) in enumerate(units):
        teller = DemoAttester(unit, secretary, caller, SEED)
        for number, (day, ladder, tenths) in enumerate(attestation_rounds(unit.code, place, last)):
            shares[day].append((teller, stages[ladder], tenths))
            after = day + timedelta(days=1)
            if (number + place) % 9 == 4:
                planned.append((after, teller.confirm_one_by_call))
            if (number + place * 3) % 23 == 7:
                planned.append((after, teller.take_back_one))
            if (number + place) % 11 == 2:
                step = first_steps[number % len(first_steps)]
                planned.append((after, partial(teller.record_obstacle, step, obstacles[number % len(obstacles)])))
        for day, tenths in REGISTER_ROUNDS:
            checked[day + timedelta(days=place % 5)].append((teller, register, tenths))
    present = PresentMembers()
    attested: list[DatedAction] = [
        (day, DemoAttestationRound(lot, present)) for days in (shares, checked) for day, lot in sorted(days.items())
    ]
    return [action for action in (*attested, *planned) if action[0] <= last]


ANSWERED = (
    UseAnswerKind.REGULAR,
    UseAnswerKind.REGULAR,
    UseAnswerKind.SELDOM,
    UseAnswerKind.REGULAR,
    UseAnswerKind.SELDOM,
    UseAnswerKind.REGULAR,
)
NOT_MET_OF = 40
"""One in this many is not reached when the unit asks again."""


@dataclass(frozen=True, slots=True)
class DemoSelfReport:
    """A unit's self-reports of the last week, and the secretary's decisions about them."""

    unit: Unit
    secretary: User

    def _missing(self, service: str, count: int) -> list[Member]:
        """Return members who are not on the service's ladder yet."""
        stays = queries.annotate_level(queries.attestable_stays(self.secretary), service).filter(level=0)  # type: ignore[misc]
        return list(stays.order_by("contact__sort_key", "pk")[:count])

    def report_by_links(self) -> None:
        """Give four members a link: two declare, two are stuck, of whom one asks for help."""
        stays = self._missing("tiengiangs", 4)
        if not stays:
            return
        new_links = actions.make_links(actor=self.secretary, member_ids=[stay.pk for stay in stays])
        installed = _stage("tiengiangs", "installed")
        obstacles = {obstacle.pk: obstacle for obstacle in queries.obstacles()}
        for number, new_link in enumerate(new_links):
            if number < 2:
                actions.declare(actor=None, token=new_link.token, stage=installed)
                continue
            actions.report_difficulty(
                actor=None,
                token=new_link.token,
                service=installed.service,
                obstacle=obstacles["cannot-install" if number == 2 else "does-not-know-how"],
                asks_help=number == 2,
            )

    def return_one(self) -> None:
        """Return one declaration: the secretary has looked at the phone, and the app was not there."""
        stays = members.stays_below(queries.attestable_stays(self.secretary), self.unit)
        first = declarations.declarations_of_stays(stays).first()
        if first is not None:
            actions.return_declaration(
                actor=self.secretary,
                declaration_id=first.pk,
                reason="Trên máy chưa thấy ứng dụng, bạn cài xong khai lại nhé",
            )

    def ask_again(self) -> None:
        """Ask the members who reached a stage one or three months ago whether they still use it; few are not reached."""
        stays = members.stays_below(queries.attestable_stays(self.secretary), self.unit)
        due_rows = [row for number, row in enumerate(usage_figures.due_questions(stays)) if number % NOT_MET_OF]
        inputs = [
            actions.UseAnswerInput(row["person_id"], row["service_id"], answer)
            for row, answer in zip(due_rows, cycle(ANSWERED), strict=False)
        ]
        if inputs:
            actions.answer_use_for_many(actor=self.secretary, unit=self.unit, inputs=inputs)


def _report_as_member(member: User, secretary: User) -> None:
    """Declare what is new for the member who signs in; the secretary returns one of two with the reason."""
    stay = own.own_stay(member)
    if stay is None:
        return
    able = [own_service for own_service in own.own_services(stay) if own_service.level == 0 and own_service.choices]
    declared_usages = [actions.declare(actor=member, stage=own_service.choices[0]) for own_service in able[:2]]
    if len(declared_usages) > 1:
        actions.return_declaration(
            actor=secretary,
            declaration_id=declared_usages[1].declaration.pk,
            reason="Chi đoàn chưa xem được trên máy của bạn",
        )


def self_reports(units: Sequence[tuple[Unit, User]], member: tuple[User, User], last: date) -> list[DatedAction]:
    """Return the self-reports of the week before a day; `member` signs in, with the secretary of the unit."""
    planned: list[DatedAction] = [(last - timedelta(days=2), partial(_report_as_member, *member))]
    for place, (unit, secretary) in enumerate(units):
        hand = DemoSelfReport(unit, secretary)
        planned.append((last - timedelta(days=3), hand.report_by_links))
        planned.append((last - timedelta(days=2), hand.ask_again))
        if place % 3 == 0:
            planned.append((last - timedelta(days=1), hand.return_one))
    return planned
