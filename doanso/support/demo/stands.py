"""The demo's stands: one that ended, and one that is open on the day of the story, with residents waiting."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.support import stand_keys
from doanso.support.actions import (
    Helper,
    StandInput,
    add_self_entry,
    close_stand,
    drop_turn,
    finish_turn,
    open_stand,
    record_turn,
    undo_turn,
)
from doanso.support.actions.stands import TurnResult
from doanso.support.models import Stand
from doanso.support.stand_keys import StandEntry
from doanso.units.models import Unit

ENDED, OPEN = date(2023, 10, 21), date(2023, 11, 12)
SERVICES: Final = ("vneid",)
"""A service that no indicator of the demo's programme counts, so that stands leave the story's figures alone."""
TEXT = "2023-09"
EARLIER = (("Trần Văn Út", 1966), ("Huỳnh Thị Ba", 1957), ("Nguyễn Văn Đực", 1952), ("Trần Thị Lệ", 1963))
TODAY = (("Võ Thị Sáng", 1960), ("Lê Văn Hai", 1948))
WAITING = (("Bùi Thị Tư", 1949), ("Lê Văn Năm", 1955))


@dataclass(slots=True)
class DemoStand:
    """One ward's stand and its keeper."""

    unit: Unit
    secretary: User
    place: str
    stand: Stand | None = field(default=None)

    def open(self) -> Stand:
        """Open it for the day."""
        inputs = StandInput(
            clock.today(),
            self.place,
            SERVICES,
            Helper(self.secretary.display_name),
            Helper("Võ Thị Năm Thu", "official"),
        )
        self.stand = open_stand(actor=self.secretary, unit=self.unit, inputs=inputs)
        return self.stand

    def record(self, stand: Stand, entry: tuple[str, int] | None) -> TurnResult:
        """Record somebody by hand."""
        return record_turn(
            actor=self.secretary,
            stand_id=stand.pk,
            key=uuid4(),
            entry=StandEntry(*entry) if entry is not None else None,
            services=SERVICES,
            agreed=entry is not None,
        )

    def enter(self, stand: Stand, entry: tuple[str, int] | None) -> UUID:
        """Have a resident enter themselves; return the key of the turn."""
        turn = add_self_entry(
            link=stand_keys.link_of(stand),
            key=uuid4(),
            entry=StandEntry(*entry) if entry is not None else None,
            text_version=TEXT,
            network="10.0.0.1",
        )
        return turn.pk

    def hold(self) -> None:
        """Hold a whole stand: by hand, by the residents themselves, one undone, one who left, one deleted at the end."""
        stand = self.open()
        for entry in (*EARLIER[:3], None, None):
            self.record(stand, entry)
        mistaken = self.record(stand, None)
        undo_turn(actor=self.secretary, stand_id=stand.pk, turn_id=mistaken.turn.pk)
        helped = self.enter(stand, EARLIER[3])
        finish_turn(actor=self.secretary, stand_id=stand.pk, turn_id=helped, services=SERVICES)
        drop_turn(actor=self.secretary, stand_id=stand.pk, turn_id=self.enter(stand, WAITING[0]))
        self.enter(stand, None)
        close_stand(actor=self.secretary, stand_id=stand.pk)

    def begin(self) -> None:
        """Begin a stand that is still open: some recorded, some waiting."""
        stand = self.open()
        for entry in (*TODAY, None):
            self.record(stand, entry)
        for waiting in (*WAITING, None):
            self.enter(stand, waiting)


def stands(units: Sequence[tuple[Unit, User]], printed: str) -> Iterator[DatedAction]:
    """Return the dated steps of both stands, of the ward whose secretary can sign in."""
    for unit, secretary in units:
        if unit.code == printed:
            yield ENDED, DemoStand(unit, secretary, "Nhà văn hoá Khu phố 3").hold
            yield OPEN, DemoStand(unit, secretary, "Sân Ủy ban nhân dân").begin
