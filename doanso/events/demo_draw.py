"""The demo's draw at the festival: committed the day before, frozen in the evening, opened with the next day's lottery."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from doanso.accounts.models import User
from doanso.events import actions
from doanso.events.actions import DrawInput, PrizeInput
from doanso.events.models import Draw, Event
from doanso.events.queries.draws import all_draws, details_of
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction

_NUMBER = "83506"


def draw_steps(event_id: UUID, officer: User, second: User) -> list[DatedAction]:
    """Return the steps of the draw with their days; `second` enters the public number too."""
    story = _DrawStory(event_id, officer, second)
    return [
        (date(2023, 10, 9), story.commit),
        (date(2023, 10, 10), story.freeze),
        (date(2023, 10, 12), story.hold),
        (date(2023, 10, 13), story.draw_again),
    ]


@dataclass(frozen=True, slots=True)
class _DrawStory:
    event_id: UUID
    officer: User
    second: User

    @property
    def draw(self) -> Draw:
        return all_draws().get(event=self.event_id)

    def commit(self) -> None:
        prizes = (
            PrizeInput("Giải nhất: xe đạp", 1),
            PrizeInput("Giải nhì: bộ nồi", 2),
            PrizeInput("Giải ba: bình nước", 2),
        )
        inputs = DrawInput(
            "Giải đặc biệt xổ số miền Bắc ngày 11/10/2023",
            date(2023, 10, 11),
            time(18, 15),
            prizes,
            "Nhận giải tại Thành Đoàn đến 12:00 ngày 13/10.",
        )
        event = Event.objects.get(pk=self.event_id)
        draw = actions.prepare_draw(actor=self.officer, event=event, read=0, inputs=inputs)
        actions.commit_draw(actor=self.officer, draw=draw, read=draw.version)
        self._set_time_of_steps(time(16, 30))

    def freeze(self) -> None:
        actions.freeze_draw(actor=self.officer, draw=self.draw)
        self._set_time_of_steps(time(19, 45))

    def hold(self) -> None:
        for user in (self.officer, self.second):
            actions.enter_draw_number(actor=user, draw=self.draw, typed=_NUMBER)
        self._set_time_of_steps(time(8, 5))
        note = "Biên bản 07-BB/BTC có 3 người ký, gồm 1 người dân."
        actions.note_draw_minutes(actor=self.officer, draw=self.draw, note=note)

    def draw_again(self) -> None:
        """Draw another ticket instead of the first of the second prize, whose holder did not come."""
        absent = details_of(self.draw).winners[1]
        actions.redraw_prize(actor=self.officer, result=absent.result, reason="Không đến nhận đến 12:00 ngày 13/10")
        self._set_time_of_steps(time(14, 10))

    def _set_time_of_steps(self, at: time) -> None:
        """Set the moments of today's steps, which were taken just now, to a time of the day: a draw publishes them."""
        today = clock.today()
        moment = datetime.combine(today, at, clock.VIETNAM)
        draw = self.draw
        draw.steps.filter(made_on=today).update(made_at=moment)
        draw.rounds.filter(made_on=today).update(made_at=moment)
