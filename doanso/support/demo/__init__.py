"""Demo data of support: a year of days of support in every ward, whose figures of residents and shops follow a story.

The city's figures on the day of the story and at the end are given; each ward does its part of them, round by round, in bulk.
Some residents are helped by two wards, some confirm, one disputes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Protocol
from uuid import UUID

from doanso.accounts.models import User
from doanso.imports.actions import run_import
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.people.actions import BusinessInput, Particulars
from doanso.support import actions
from doanso.support.actions import ConsentInput, Helper, RecordResult, SupportRecordInput
from doanso.support.demo import recheck_rounds as rechecks
from doanso.support.demo.lists import CAREFUL, HASTY, write_list
from doanso.support.demo.stands import stands
from doanso.units import queries as names
from doanso.units.models import Unit


class DemoResident(Protocol):
    """An invented resident; read only."""

    @property
    def name(self) -> str: ...

    @property
    def woman(self) -> bool: ...

    @property
    def birth(self) -> date: ...

    @property
    def phone(self) -> str: ...

    @property
    def address(self) -> str: ...


Invent = Callable[[int, int, date], DemoResident]
"""Invents a person between two ages on a day, never the same one twice."""

Bring = Callable[[Sequence[SupportRecordInput]], list[SupportRecordInput]]
"""Takes part of a round's inputs from door to door, and returns those for the office."""

SEED = 2023
FIRST_ROUND = date(2023, 1, 12)
STORY_DAY = date(2023, 11, 12)
LAST_ROUND = date(2023, 12, 27)
WEEKS_BETWEEN = 3
# Service and receivers: how many in the whole city on the story's day, and at the end.
PORTAL, PAYMENT, SHOPS = "portal", "payment", "shops"
CITY = {PORTAL: (4312, 4985), PAYMENT: (1063, 1196), SHOPS: (742, 968)}
WEIGHTS = {
    "28261": 64,
    "28264": 70,
    "28258": 58,
    "28252": 74,
    "28249": 72,
    "28270": 73,
    "28255": 47,
    "28267": 57,
    "28273": 55,
    "28276": 60,
    "28279": 38,
    "28282": 66,
    "28285": 50,
    "28288": 69,
    "28291": 59,
    "28567": 41,
    "28591": 27,
}
"""Each ward's part of the city's work."""
AGREED = ConsentInput(("support", "recheck"), "paper", "2023-09")
LISTS = {"28252": CAREFUL, "28249": HASTY}
"""Two wards that import one of their rounds from their Excel list, in this order, and how they type."""
LIST_ROUND = 7
ON_BOTH_LISTS = 6
"""Number of receivers on both of these lists."""
STORY_ROUND = 6
"""Days after the others' first round on which the printed ward begins, so that it has one in the week of the story."""
OF_TWO_WARDS = 90
"""One resident in this many was helped by the ward before already."""
_SIGNS = ("Tạp hóa", "Quán ăn", "Tiệm tóc", "Sạp rau", "Quán cà phê", "Tiệm may", "Cửa hàng", "Sạp cá")
_TRADES = ("tạp hóa", "ăn uống", "làm đẹp", "rau củ", "giải khát", "may mặc", "điện máy", "thủy sản")
_OFFICIALS = ("Võ Thị Năm Thu", "Nguyễn Văn Sáu", "Trần Thị Bảy", "Lê Văn Tư", "Phạm Thị Út")


def in_city(measure: str, day: date) -> int:
    """Return how many the whole city has helped by a day, on a line through the story's day and the end."""
    story, end = CITY[measure]
    if day <= STORY_DAY:
        return max(0, story * (day - FIRST_ROUND).days // (STORY_DAY - FIRST_ROUND).days)
    return story + (end - story) * (day - STORY_DAY).days // (LAST_ROUND - STORY_DAY).days


@dataclass(slots=True)
class WardYear:
    """One ward's year: its receivers so far, and the ward before it, whose residents may come again."""

    unit: Unit
    secretary: User
    weight: float
    invent: Invent
    pick: Random
    before: "WardYear | None" = None
    bring: Bring | None = None
    residents: list[Particulars] = field(default_factory=list)
    returned: int = 0
    done: dict[str, int] = field(default_factory=lambda: {PORTAL: 0, PAYMENT: 0, SHOPS: 0})
    last: list[RecordResult] = field(default_factory=list)
    listed: list[SupportRecordInput] = field(default_factory=list)

    def _round(self, ahead: date) -> list[SupportRecordInput]:
        """Return inputs for what is missing from the ward's part of the city's figures."""
        today = clock.today()
        entries: list[SupportRecordInput] = []
        for measure in (PORTAL, PAYMENT, SHOPS):
            missing = round(in_city(measure, ahead) * self.weight) - self.done[measure]
            self.done[measure] += max(missing, 0)
            entries += [self._input(measure, today) for _one in range(missing)]
        return entries

    def help_up_to(self, ahead: date) -> None:
        """Record a round in one call."""
        today = clock.today()
        entries = self._round(ahead)
        entries.append(
            SupportRecordInput(service=PORTAL, happened_on=today, helper=Helper(self.secretary.display_name))
        )
        if self.bring is not None:
            entries = self.bring(entries)
        self.last = actions.record_helps(actor=self.secretary, unit=self.unit, entries=entries)

    def help_by_list(self, ahead: date, folder: Path, also: "WardYear | None") -> None:
        """Import a round as the ward's own list; some receivers of another ward's list are on it too."""
        self.listed = self._round(ahead)
        again = [entry for entry in also.listed if entry.person is not None and entry.service == PORTAL] if also else []
        self.listed += [entry._replace(helper=Helper(self.secretary.display_name)) for entry in again[:ON_BOTH_LISTS]]
        path = folder / f"ho-tro-{self.unit.code}.xlsx"
        write_list(path, names.named_unit(self.unit).short_name, self.listed, LISTS[self.unit.code])
        run_import(actor=self.secretary, kind="supports", unit=self.unit, path=path, skip_rejected=True)

    def _input(self, measure: str, today: date) -> SupportRecordInput:
        pick = self.pick
        day = today - timedelta(days=pick.randrange(14))
        pair = pick.random() < 0.4
        second = Helper(pick.choice(_OFFICIALS), "official") if pair else None
        helper = Helper(self.secretary.display_name)
        if measure == SHOPS:
            return SupportRecordInput(
                service=PAYMENT, happened_on=day, business=self._shop(today), helper=helper, second=second
            )
        # Residents with an account on the portal often come back for a payment account.
        again = measure == PAYMENT and self.returned < len(self.residents) and pick.random() < 0.5
        person = self._returning() if again else self._resident(measure, today)
        return SupportRecordInput(
            service=measure, happened_on=day, person=person, helper=helper, second=second, consent=AGREED
        )

    def _returning(self) -> Particulars:
        self.returned += 1
        return self.residents[self.returned - 1]

    def _resident(self, measure: str, today: date) -> Particulars:
        if measure == PORTAL and self.before and self.before.residents and self.pick.randrange(OF_TWO_WARDS) == 0:
            # Recorded by two wards, and counted by the first; the ward's own part needs one more.
            self.done[PORTAL] -= 1
            return self.pick.choice(self.before.residents)
        someone = self.invent(26, 78, today)
        resident = Particulars(
            name=someone.name,
            gender="female" if someone.woman else "male",
            birth_year=someone.birth.year,
            phone=someone.phone,
            address=someone.address,
        )
        self.residents.append(resident)
        return resident

    def _shop(self, today: date) -> BusinessInput:
        owner = self.invent(26, 70, today)
        place = self.pick.randrange(len(_SIGNS))
        return BusinessInput(
            name=f"{_SIGNS[place]} {' '.join(owner.name.split()[-2:])}",
            kind_of_trade=_TRADES[place],
            phone=owner.phone,
            address=owner.address,
        )

    def _results_with_receipt(self) -> list[RecordResult]:
        return [result for result in self.last if result.receipt_id is not None and not result.is_known]

    def _receipt_id(self, place: int) -> UUID | None:
        results = self._results_with_receipt()
        return results[min(place, len(results) - 1)].receipt_id

    def confirm(self, count: int, device: str = "") -> None:
        """Have some receivers of the last round confirm."""
        for number, result in enumerate(self._results_with_receipt()[:count]):
            if result.receipt_id is not None:
                own = device or f"{self.unit.code} {clock.today()} {number}"
                actions.confirm_receipt(receipt_id=result.receipt_id, staff_browser=False, device=[own])

    def dispute(self, reason: str, officer: User | None = None, decision: str = "", why: str = "") -> None:
        """Have a receiver of the last round dispute; the city decides, or has not decided yet."""
        receipt_id = self._receipt_id(5)
        if receipt_id is None:
            return
        dispute = actions.dispute_receipt(receipt_id=receipt_id, reason=reason)
        if officer is not None:
            actions.decide_dispute(actor=officer, dispute_id=dispute.pk, decision=decision, explanation=why)

    def remark(self) -> None:
        """Have another receiver state that the day is wrong."""
        receipt_id = self._receipt_id(6)
        if receipt_id is not None:
            actions.remark_receipt(receipt_id=receipt_id, parts=["day"])

    def take_one_back(self) -> None:
        """Take back a wrong record."""
        actions.take_back_help(
            actor=self.secretary, support_record_id=self._results_with_receipt()[0].support_record_id
        )


def year(
    units: Sequence[tuple[Unit, User]],
    officer: User,
    invent: Invent,
    last: date,
    *,
    lists: Path,
    printed: str = "",
    bring: Mapping[str, Bring] | None = None,
) -> list[DatedAction]:
    """Return the dated steps of a year, up to a day; `printed` is the ward whose secretary can sign in.

    By `bring` a ward, by its code, takes part of its rounds from door to door. Excel lists are written to the folder
    `lists`, and stay there.
    """
    wards = [(unit, secretary) for unit, secretary in units if unit.code in WEIGHTS]
    total_weight = sum(WEIGHTS.values())
    dated_steps: list[DatedAction] = []
    earlier_ward: WardYear | None = None
    list_ward: WardYear | None = None
    for place, (unit, secretary) in enumerate(wards):
        weight = WEIGHTS[unit.code] / total_weight
        ward_year = WardYear(
            unit, secretary, weight, invent, Random(f"{SEED} {unit.code}"), earlier_ward, (bring or {}).get(unit.code)
        )
        earlier_ward = ward_year
        is_printed = unit.code == printed
        days = _days(STORY_ROUND if is_printed else place * 5 % 21)
        dated_steps += _rounds(ward_year, days, LIST_ROUND if unit.code in LISTS else -1)
        if unit.code in LISTS:
            by_list = partial(ward_year.help_by_list, _ahead(days[LIST_ROUND]), lists, list_ward)
            dated_steps.append((days[LIST_ROUND], SeparateAction(by_list)))
            list_ward = ward_year
        dated_steps += _statements(ward_year, days, place, officer, is_printed)
    dated_steps += rechecks.rounds(wards, officer)
    dated_steps += stands(wards, printed)
    return [step for step in dated_steps if step[0] <= last]


def _days(offset: int) -> list[date]:
    """Return the days on which a ward gives support."""
    first = FIRST_ROUND + timedelta(days=offset)
    return [first + timedelta(weeks=week) for week in range(0, (LAST_ROUND - first).days // 7 + 1, WEEKS_BETWEEN)]


def _ahead(day: date) -> date:
    """Return the day for which a round aims: halfway to the next, so that the city's line runs through the middle."""
    return min(LAST_ROUND, day + timedelta(weeks=WEEKS_BETWEEN) / 2)


def _rounds(ward_year: WardYear, days: Sequence[date], without: int) -> list[DatedAction]:
    return [(day, partial(ward_year.help_up_to, _ahead(day))) for number, day in enumerate(days) if number != without]


def _statements(
    ward_year: WardYear, days: Sequence[date], place: int, officer: User, is_printed: bool
) -> list[DatedAction]:
    """Return the steps of receivers' statements and wrong records."""
    dated_steps: list[DatedAction] = []
    for number, day in enumerate(days):
        after = day + timedelta(days=1)
        if number % 4 == 1:
            dated_steps.append((after, partial(ward_year.confirm, 1)))
        if number == 6 and place % 6 == 2:
            dated_steps.append((after, ward_year.take_one_back))
        if number == 9 and place == 4:
            why = "Đã đến nhà hỏi, bác nhớ ra buổi hướng dẫn"
            dated_steps.append((after, partial(ward_year.dispute, "nobody-came", officer, "rejected", why)))
        if number == 11 and place == 9:
            why = "Hôm đó tổ công nghệ số không đến khu phố này"
            dated_steps.append((after, partial(ward_year.dispute, "nobody-came", officer, "upheld", why)))
    if is_printed:
        # Open cases for the ward's secretary on the day of the story.
        last = max(day for day in days if day < STORY_DAY)
        dated_steps.append((last, partial(ward_year.confirm, 4, "một điện thoại")))
        dated_steps.append((last, partial(ward_year.dispute, "nobody-came")))
        dated_steps.append((last, ward_year.remark))
    return dated_steps
