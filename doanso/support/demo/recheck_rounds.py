"""The demo's re-checks: one ward's complete round, and another's with too few answers yet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from uuid import UUID

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.support.actions import decide_dispute
from doanso.support.actions import recheck_rounds as actions
from doanso.support.models import RecheckOutcome, WrongAnswer
from doanso.units.models import Unit

CALLS_A_DAY = 12
_YES = (RecheckOutcome.CONFIRMED, "")
_SILENT = (RecheckOutcome.UNREACHED, "")
_ANSWERS = {
    3: _SILENT,
    7: (RecheckOutcome.WRONG, WrongAnswer.HAD_ALREADY),
    12: (RecheckOutcome.REFUSED, ""),
    19: _SILENT,
    24: (RecheckOutcome.WRONG, WrongAnswer.OTHER_HELP),
    31: _SILENT,
    33: (RecheckOutcome.REFUSED, ""),
}
"""Answers other than yes, by place in the draw."""
DECISIONS = ("upheld", "Đã đến nhà xem, tài khoản có từ trước"), ("rejected", "Xem lại giấy ghi, đúng là việc này")


@dataclass(slots=True)
class DemoRound:
    """One ward's round, and the officer of the city who calls."""

    unit: Unit
    officer: User
    first_day: date
    last_day: date
    drawn: UUID | None = None
    doubted: list[UUID] = field(default_factory=list)

    def draw(self) -> None:
        """Store seed and list, then draw."""
        opened = actions.open_round(
            actor=self.officer, unit=self.unit, first_day=self.first_day, last_day=self.last_day
        )
        self.drawn = actions.draw_round(actor=self.officer, round_id=opened.pk).pk

    def call(self, most: int = CALLS_A_DAY) -> None:
        """Call the next ones in the order of the draw."""
        for _call in range(most):
            recheck = actions.show_next_receiver(actor=self.officer, round_id=self.drawn) if self.drawn else None
            if recheck is None:
                return
            outcome, wrong = _ANSWERS.get(recheck.place, _YES)
            answered = actions.record_answer(actor=self.officer, recheck_id=recheck.pk, outcome=outcome, wrong=wrong)
            self.doubted += answered.disputes.values_list("pk", flat=True)

    def decide(self) -> None:
        """Decide the disputes."""
        for dispute, (decision, why) in zip(self.doubted, DECISIONS, strict=False):
            decide_dispute(actor=self.officer, dispute_id=dispute, decision=decision, explanation=why)


WHOLE = "28591"
BEGUN = "28252"


def rounds(units: Sequence[tuple[Unit, User]], officer: User) -> Iterator[DatedAction]:
    """Return the dated steps of both rounds."""
    units_by_code = {unit.code: unit for unit, _secretary in units}
    if WHOLE in units_by_code:
        complete_round = DemoRound(units_by_code[WHOLE], officer, date(2023, 1, 1), date(2023, 9, 30))
        begun = date(2023, 10, 9)
        yield begun, complete_round.draw
        for day in range(1, 6):
            yield begun + timedelta(days=day), complete_round.call
        yield begun + timedelta(days=7), complete_round.decide
    if BEGUN in units_by_code:
        now = DemoRound(units_by_code[BEGUN], officer, date(2023, 10, 1), date(2023, 10, 31))
        yield date(2023, 11, 8), now.draw
        yield date(2023, 11, 9), partial(now.call, 8)
        yield date(2023, 11, 10), partial(now.call, 4)
