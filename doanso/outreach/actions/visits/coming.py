"""A visit on its way into the register: what was told, and what becomes of it step by step."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from doanso.lib.problems import Problem
from doanso.outreach.models import How
from doanso.outreach.queries.doors import FoundDoor
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.visits import Standing
from doanso.outreach.visit_payload import HelpDone, VisitPayload
from doanso.support.actions import SupportRecordInput
from doanso.sync.ports import Incoming


class Place(NamedTuple):
    """Where a visit was, as the register has it."""

    household_id: UUID | None = None
    business_id: UUID | None = None
    neighbourhood_id: UUID | None = None
    address: str = ""
    name: str = ""


@dataclass(slots=True)
class Coming:
    """One visit on its way into the register."""

    record: Incoming
    told: VisitPayload
    place: Place = field(default_factory=Place)
    door: FoundDoor | None = None
    drive_id: UUID | None = None
    # Begin and end by the server's clock.
    began_at: datetime = field(init=False)
    ended_at: datetime = field(init=False)
    first: Standing = field(default_factory=lambda: Standing(None, "", "", How.NONE))
    second: Standing | None = None
    second_problem: str = ""
    signature: str = ""
    problem: Problem | None = None
    # Whether a home or shop was written down, or put right, for it.
    writes_place: bool = False
    entries: list[tuple[HelpDone, SupportRecordInput]] = field(default_factory=list)

    def __post_init__(self) -> None:
        told, record = self.told, self.record
        self.began_at, self.ended_at = rules.put_right(
            told.began_at, told.ended_at, skew=record.skew, received_at=record.received_at
        )
