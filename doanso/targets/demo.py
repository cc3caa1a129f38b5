"""The demo's part of targets: the year's programme as its file states it, and how the city gave it to its units.

The numbers of households and shops are invented so that each ward's progress is plausible.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.people.actions import Particulars, match_or_create_people
from doanso.targets import actions, copying, queries
from doanso.targets.actions import AllocationDecision, Part, UnitSizeInput
from doanso.targets.models import AnswerKind, PlanOrigin, Programme, SettlementOutcome, SizeKind, Split
from doanso.targets.queries.plans import indicator_plan_of, plan_of
from doanso.units import queries as units
from doanso.units.models import UnitKind
from doanso.units.queries import NamedUnit

TOLD = date(2023, 1, 9)
GIVEN = date(2023, 1, 12)
ANSWERED = date(2023, 1, 17)
SETTLED = date(2023, 2, 6)
GIVEN_ON = date(2023, 2, 13)
KEPT = date(2023, 2, 15)
# Next year's programme is begun in autumn, with one number raised and one indicator taken out again.
NEXT_YEAR = date(2023, 11, 8)
# A list in which a helper entered the own phone for people of a whole lane, and the days on which the daily check reports it.
ONE_PHONE = date(2023, 11, 7)
LOOKS = (date(2023, 10, 31), date(2023, 11, 10), date(2023, 12, 20))
LANE = ("Nguyễn Thị Mận", "Trần Văn Chót", "Lê Thị Bông", "Phạm Văn Rớt", "Võ Thị Nhãn", "Huỳnh Văn Lượm")
PAPER = "08-QĐ/TĐ"
RESIDENTS, SHOPS, ACCOUNTS, PAYMENT, STREETS = (
    "portal-residents",
    "payment-shops",
    "payment-residents",
    "payment-members",
    "digital-streets",
)
# Deviation from the computed parts: shops fall short of the city's number, new accounts exceed it.
ADJUSTED = {SHOPS: -20, ACCOUNTS: 30}
COUNTERED = {RESIDENTS: ("Khu nhà trọ ở ấp đã giải tỏa từ tháng 12/2022, số hộ thực tế ít hơn số dùng để chia.", 85)}


SIZES = {
    "28261": (3990, 250),
    "28264": (3950, 300),
    "28258": (3460, 230),
    "28252": (4350, 290),
    "28249": (4120, 280),
    "28270": (4360, 300),
    "28255": (3000, 230),
    "28267": (3280, 230),
    "28273": (3310, 220),
    "28276": (3810, 290),
    "28279": (2540, 180),
    "28282": (3760, 250),
    "28285": (3570, 230),
    "28288": (4010, 280),
    "28291": (3620, 280),
    "28567": (2950, 200),
    "28591": (1920, 170),
}
"""Households and shops of each ward and commune."""


@dataclass(frozen=True, slots=True)
class TargetedUnit:
    """A unit below the city and its spokesperson."""

    unit: NamedUnit
    secretary: User


def load(actor: User, programmes: Path) -> Programme:
    """Load the programme with the services it names."""
    return actions.load_programme(actor=actor, path=programmes / "my-tho-2023.toml")


def year(
    programme: Programme, places: Sequence[TargetedUnit], officer: User, last: date, asking: str
) -> list[DatedAction]:
    """Return the actions of the cascade up to a day: sizes, targets given, accepted, countered and decided.

    `asking` is the code of the unit whose counter is still open.
    """
    story = _CascadeStory(programme, places, officer, asking)
    schedule: list[DatedAction] = [
        (TOLD, story.record_sizes),
        (GIVEN, partial(story.give, RESIDENTS, Split.HOUSEHOLDS)),
        (GIVEN, partial(story.give, SHOPS, Split.SHOPS)),
        (GIVEN, partial(story.give, ACCOUNTS, Split.MEMBERS)),
        (GIVEN, story.give_own_percent),
        (GIVEN, story.give_streets),
        (ANSWERED, story.answer),
        (SETTLED, story.settle_counters),
        (GIVEN_ON, story.give_on),
        (KEPT, story.keep_list),
        (NEXT_YEAR, story.write_next_year),
    ]
    schedule += [(ONE_PHONE, story.write_one_phone), *((day, actions.assign_alerts) for day in LOOKS)]
    return [entry for entry in schedule if entry[0] <= last]


class _CascadeStory:
    def __init__(self, programme: Programme, places: Sequence[TargetedUnit], officer: User, asking: str) -> None:
        self.programme = programme
        self.indicators = {
            indicator.code: indicator for indicator in programme.indicators.select_related("programme__book")
        }
        self.places = places
        # Schools and offices have no households and no shops.
        self.wards = [place for place in places if place.unit.kind == UnitKind.GRASSROOTS]
        self.officer = officer
        self.asking = next((ward for ward in self.wards if ward.unit.code == asking), self.wards[0])

    def write_one_phone(self) -> None:
        """Record people of one lane, each at their own address, with the same phone."""
        particulars = [
            Particulars(name=name, birth_year=1949 + 3 * place, phone="0704990123", address=f"{2 * place + 1}, hẻm 8")
            for place, name in enumerate(LANE)
        ]
        match_or_create_people(unit_id=self.asking.unit.id, inputs=particulars)

    def write_next_year(self) -> None:
        """Begin the draft of next year's programme."""
        plan = copying.shift_plan(plan_of(self.programme), 1)
        draft = actions.begin_draft(
            actor=self.officer,
            root=self.programme.root,
            plan=replace(plan, title="Chương trình chuyển đổi số năm 2024"),
            origin=PlanOrigin.COPY,
            copied_from=self.programme,
        )
        rows = {row.code: row for row in draft.indicators.all()}
        row = rows[PAYMENT]
        raised = replace(indicator_plan_of(row), target=95, basis="assumed", why="Đã đạt 90% từ tháng 10, nâng mức.")
        actions.save_indicator(
            actor=self.officer, draft_id=draft.pk, indicator_id=row.pk, version=row.version, plan=raised
        )
        left_out = rows[ACCOUNTS]
        actions.remove_indicator(
            actor=self.officer, draft_id=draft.pk, indicator_id=left_out.pk, version=left_out.version
        )

    def record_sizes(self) -> None:
        inputs = []
        for place in self.wards:
            households, shops = SIZES[place.unit.code]
            inputs.append(UnitSizeInput(place.unit.id, None, SizeKind.HOUSEHOLDS, households))
            inputs.append(UnitSizeInput(place.unit.id, None, SizeKind.SHOPS, shops))
        actions.record_sizes(actor=self.officer, inputs=inputs)

    def _allocate(self, code: str, split: str, parts: Sequence[Part], *, adjusted: bool = False) -> None:
        actions.allocate(
            actor=self.officer,
            indicator=self.indicators[code],
            unit=self.programme.root,
            split=split,
            parts=parts,
            decision=AllocationDecision(PAPER, GIVEN, GIVEN),
            counted_on=GIVEN,
            adjusted=adjusted,
        )

    def give(self, code: str, split: str) -> None:
        ids = [ward.unit.id for ward in self.wards]
        weights = queries.division_weights(self.programme, split, ids, GIVEN)
        owed = queries.overview(self.programme, self.programme.root, GIVEN, children=False, weeks=False).by_code(code)
        values = queries.divide_target(owed.target or 0, [weights.get(unit_id, 0) for unit_id in ids])
        change = ADJUSTED.get(code, 0)
        values[values.index(max(values))] += change
        parts = [Part(pk, value, weights.get(pk)) for pk, value in zip(ids, values, strict=True)]
        self._allocate(code, split, parts, adjusted=bool(change))

    def give_own_percent(self) -> None:
        """Give a higher percentage than the city's to offices whose members all have an account already."""
        offices = [place for place in self.places if place.unit.kind == UnitKind.OFFICE] or self.places[-1:]
        self._allocate(PAYMENT, Split.HAND, [Part(place.unit.id, 100) for place in offices])

    def give_streets(self) -> None:
        self._allocate(STREETS, Split.HAND, [Part(place.unit.id, 1) for place in self.wards[:2]])

    def answer(self) -> None:
        """Let two units ask for other numbers of residents, leave one target on shops unanswered, and accept the rest."""
        first = self.wards[0] if self.wards[0] is not self.asking else self.wards[-1]
        newest = queries.newest_targets_of_units(self.programme, [listed.unit.id for listed in self.places])
        for place in self.places:
            for code, indicator in self.indicators.items():
                version = newest.get((indicator.pk, place.unit.id))
                if version is None or (place is self.asking and code == SHOPS):
                    continue
                if code in COUNTERED and place in (self.asking, first):
                    why, share = COUNTERED[code]
                    self._counter(place, code, version.target.value * share // 100, why)
                else:
                    actions.answer(
                        actor=place.secretary, indicator=indicator, unit=place.unit.unit, kind=AnswerKind.ACCEPTED
                    )

    def _counter(self, place: TargetedUnit, code: str, value: int, why: str) -> None:
        actions.answer(
            actor=place.secretary,
            indicator=self.indicators[code],
            unit=place.unit.unit,
            kind=AnswerKind.COUNTERED,
            value=max(value, 1),
            reason=why,
        )

    def settle_counters(self) -> None:
        """Keep one unit's number with a reason; the asking unit's counter waits for the officer who is signed in."""
        for waiting in queries.pending_settlements(self.programme, self.programme.root):
            if waiting.unit.code != self.asking.unit.code:
                actions.decide_counter_proposal(
                    actor=self.officer,
                    indicator=waiting.indicator,
                    unit=waiting.unit.unit,
                    outcome=SettlementOutcome.KEPT,
                    words="Số hộ lấy theo báo cáo của ủy ban phường tháng 12/2022; cuối quý II sẽ rà soát lại.",
                )

    def give_on(self) -> None:
        """Divide the asking ward's target on new accounts among its branches, by their members."""
        ward, indicator = self.asking.unit.unit, self.indicators[ACCOUNTS]
        below = units.children(ward, GIVEN_ON)
        weights = queries.division_weights(self.programme, Split.MEMBERS, [child.id for child in below], GIVEN_ON)
        own_progress = queries.overview(self.programme, ward, GIVEN_ON, children=False, weeks=False).by_code(ACCOUNTS)
        values = queries.divide_target(own_progress.target or 0, [weights.get(child.id, 0) for child in below])
        actions.allocate(
            actor=self.asking.secretary,
            indicator=indicator,
            unit=ward,
            split=Split.MEMBERS,
            parts=[Part(child.id, value, weights.get(child.id)) for child, value in zip(below, values, strict=True)],
            decision=AllocationDecision("02-KH/ĐTN", GIVEN_ON, GIVEN_ON),
            counted_on=GIVEN_ON,
        )

    def keep_list(self) -> None:
        actions.freeze_denominator(
            actor=self.asking.secretary,
            indicator=self.indicators["vneid2-members"],
            unit=self.asking.unit.unit,
            on=KEPT,
            note="Thống nhất mẫu số của năm",
        )
