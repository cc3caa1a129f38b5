"""The demo's part of reports: every month closed from the branches up to the city, and the last one under way.

Months before the last one are closed without incident. Of the last complete month the city has closed some wards and accepted
most; one was returned with a reason, one claims something without records, one was late, and some still wait for the city's
decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.lib.problems import Refused
from doanso.reports.actions import periods as actions
from doanso.reports.actions.reminders import remind
from doanso.reports.demo_words import report_actions
from doanso.reports.models import PeriodState
from doanso.reports.queries import periods as queries
from doanso.reports.queries.periods import months_over
from doanso.reports.queries.questions import MonthQuestionKind, Question, all_questions, month_questions
from doanso.reports.rules.periods import Month
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

FIRST_CLOSED = "2023-08"
"""The month with which the committee begins to close; earlier months are closed with it."""
# Days after a month's last, on which each level acts.
BRANCHES, LOOKED_AT, REMINDED, WARDS, ACCEPTED, CITY, LATE, SOME = 2, 3, 4, 5, 8, 10, 8, 9
# How many wards the city has closed, and how many it has not accepted yet, of the month under way.
CLOSED, WAITING = 4, 3
ESTIMATED = ("portal-residents", 36, "Danh sách giấy của điểm hỗ trợ tại chợ, đang nhập vào hệ thống.")
RETURNED = (
    "Số người dân được hỗ trợ trong tuần cuối tăng đột biến. Nhờ đơn vị xem lại biên bản điểm hỗ trợ rồi gửi lại."
)
WORDS = {
    MonthQuestionKind.FELL: "Đã rà soát: một số lượt ghi trùng được rút lại trong tháng.",
    MonthQuestionKind.UNANSWERED: "Đơn vị đang rà soát số liệu nền, sẽ trả lời chỉ tiêu trong quý.",
    MonthQuestionKind.MISSING: "Số liệu của chi đoàn này còn phải xem lại, đơn vị gửi trước để kịp hạn.",
}


@dataclass(frozen=True, slots=True)
class ReportingUnit:
    """A unit below the city and its spokesperson."""

    unit: NamedUnit
    secretary: User


def year(
    programme: Programme, places: Sequence[ReportingUnit], officer: User, last: date, printed: str
) -> list[DatedAction]:
    """Return the actions on months up to a day; `printed` is the ward whose last month is returned to it."""
    schedule: list[DatedAction] = []
    over = [month for month in months_over(programme, last) if month.code >= FIRST_CLOSED]
    for month in over:
        story = _MonthStory(programme, month, places, officer, printed)
        schedule += story.on_its_way() if month == over[-1] else story.closed()
    writing = next((place for place in places if place.unit.code == printed), None)
    if writing is not None:
        months = [(month.first_day, month.last_day) for month in over]
        schedule += report_actions(programme, officer, writing.unit.unit, writing.secretary, months)
    return [entry for entry in schedule if entry[0] <= last]


class _MonthStory:
    """The actions on one month."""

    def __init__(
        self, programme: Programme, month: Month, places: Sequence[ReportingUnit], officer: User, printed: str
    ) -> None:
        self.arguments: dict[str, Any] = {"programme": programme, "month": month}
        self.programme, self.month, self.places, self.officer = programme, month, places, officer
        self.printed = next((place for place in places if place.unit.code == printed), places[0])
        others = [place for place in places if place is not self.printed]
        self.late = others[0] if others else self.printed
        self.estimating = others[1] if len(others) > 1 else self.printed

    def _on(self, days: int) -> date:
        return self.month.last_day + timedelta(days=days)

    def closed(self) -> list[DatedAction]:
        return [
            (self._on(BRANCHES), self.send_branches),
            (self._on(LOOKED_AT), self.accept_branches),
            (self._on(WARDS), partial(self.send_wards, self.places)),
            (self._on(ACCEPTED), partial(self.accept_wards, self.places)),
            (self._on(CITY), self.close_city),
        ]

    def on_its_way(self) -> list[DatedAction]:
        in_time = [place for place in self.places if place is not self.late]
        decided = [place for place in in_time if place is not self.printed]
        return [
            (self._on(BRANCHES), self.send_branches),
            (self._on(LOOKED_AT), partial(self.accept_branches, but_one=True)),
            (self._on(REMINDED), self.estimate),
            (self._on(REMINDED), remind),
            (self._on(WARDS), partial(self.send_wards, in_time)),
            (self._on(ACCEPTED), partial(self.accept_wards, decided[: -WAITING or None])),
            (self._on(ACCEPTED), self.give_back),
            (self._on(LATE), partial(self.send_wards, [self.late])),
            (self._on(SOME), partial(self.close_wards, decided[:CLOSED])),
            (self._on(SOME), remind),
        ]

    def _branches(self, ward: Unit) -> list[NamedUnit]:
        return units.children(ward, self.month.last_day)

    def send_branches(self) -> None:
        """Send the branches' months ward by ward: few branches have an account of their own."""
        for place in self.places:
            below = {branch.id: branch.unit for branch in self._branches(place.unit.unit)}
            sent = actions.send_many(actor=place.secretary, **self.arguments, unit_ids=below)
            left = below.keys() - {period.unit_id for period in sent}
            if left:
                for unit_id, open_questions in month_questions(self.programme, self.month, left).items():
                    self._explain(place.secretary, below[unit_id], open_questions)
                actions.send_many(actor=place.secretary, **self.arguments, unit_ids=left)

    def accept_branches(self, *, but_one: bool = False) -> None:
        """Accept all branches, or all but the first of the printed ward."""
        for place in self.places:
            ids = [branch.id for branch in self._branches(place.unit.unit)]
            if but_one and place is self.printed:
                ids = ids[1:]
            actions.accept_many(actor=place.secretary, **self.arguments, unit_ids=ids)

    def _explain(self, actor: User, unit: Unit, unit_questions: Sequence[Question]) -> None:
        reasons = {
            question.code: WORDS[question.kind]
            for question in unit_questions
            if question.takes_words and question.is_open
        }
        if reasons:
            actions.explain(actor=actor, **self.arguments, unit=unit, reasons=reasons)

    def send_wards(self, places: Sequence[ReportingUnit]) -> None:
        for place in places:
            unit = place.unit.unit
            try:
                actions.send(actor=place.secretary, **self.arguments, unit=unit)
            except Refused:
                self._explain(place.secretary, unit, all_questions(self.programme, self.month, unit))
                actions.send(actor=place.secretary, **self.arguments, unit=unit)

    def accept_wards(self, places: Sequence[ReportingUnit]) -> None:
        actions.accept_many(actor=self.officer, **self.arguments, unit_ids=[place.unit.id for place in places])

    def close_wards(self, places: Sequence[ReportingUnit]) -> None:
        for place in places:
            if queries.state_of(queries.period_of(self.programme, self.month, place.unit.unit)) == PeriodState.ACCEPTED:
                actions.close(actor=self.officer, **self.arguments, unit=place.unit.unit)

    def close_city(self) -> None:
        root = self.programme.root
        self._explain(self.officer, root, all_questions(self.programme, self.month, root))
        actions.close(actor=self.officer, **self.arguments, unit=root)

    def estimate(self) -> None:
        code, value, note = ESTIMATED
        actions.estimate(
            actor=self.estimating.secretary,
            **self.arguments,
            unit=self.estimating.unit.unit,
            indicator=self.programme.indicators.get(code=code),
            value=value,
            note=note,
        )

    def give_back(self) -> None:
        actions.give_back(actor=self.officer, **self.arguments, unit=self.printed.unit.unit, words=RETURNED)
