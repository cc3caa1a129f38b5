"""Types of a visit's path: each stage takes the result of the one before and answers with its own.

    parse        records of a phone        -> VisitBatch   (parsing)
    match        VisitBatch                -> BatchMatch   (matching, place_matching, pair_matching)
    plan         BatchMatch                -> BatchPlan    (planning, pair_planning): pure
    write        BatchPlan                 -> WrittenVisits (writing)
    post         WrittenVisits             -> nothing      (posting)
    acknowledge  BatchPlan                 -> one problem or nothing for each record (recording)

A later version of a visit goes on from its plan by `revisions`. No value is changed once its stage has made it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.outreach.actions.cards import ProofResult
from doanso.outreach.models import Teammate, Visit
from doanso.outreach.queries.doors import DriveDoor
from doanso.outreach.rules.visits import PairMember
from doanso.outreach.visit_payload import HelpPayload, PlacePayload, VisitPayload
from doanso.support.actions import SupportRecordInput, WrittenRecords
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit

# --- Parse --------------------------------------------------------------------------------------------------------------


class VisitItem(NamedTuple):
    """One record of a phone: its envelope and its payload, with begin and end by the server's clock."""

    record: IncomingRecord
    payload: VisitPayload
    began_at: datetime
    ended_at: datetime
    # The day on which the visit counts: that of its arrival where the phone's clock is ahead.
    counted_on: date

    @property
    def visit_id(self) -> UUID:
        """Return the visit's key, which is the record's."""
        return self.record.record_id

    @property
    def is_revision(self) -> bool:
        """Return whether it is a later version of a visit that the server has."""
        return bool(self.record.base)

    @property
    def reported_place(self) -> PlacePayload | None:
        """Return the home or shop that the phone names, if it names one."""
        return self.payload.household or self.payload.business


class VisitBatch(NamedTuple):
    """Visits of one unit that one phone has sent; `home_id` is the ward that keeps homes, shops, doors and teams."""

    actor: User
    unit: Unit
    home_id: UUID
    today: date
    now: datetime
    items: Sequence[VisitItem]

    @property
    def revision_ids(self) -> list[UUID]:
        """Return the keys of the visits of which a later version came."""
        return [visit_item.visit_id for visit_item in self.items if visit_item.is_revision]

    def holder_of(self, visit_item: VisitItem) -> User:
        """Return who was at the door with the phone; an officer may hand in the phone's records."""
        return visit_item.record.holder or self.actor


# --- Match --------------------------------------------------------------------------------------------------------------


class VisitPlace(NamedTuple):
    """The home or shop of a visit, as the register has it."""

    household_id: UUID | None = None
    business_id: UUID | None = None
    neighbourhood_id: UUID | None = None
    address: str = ""
    name: str = ""

    @property
    def key(self) -> UUID | None:
        """Return the key of the home or shop."""
        return self.household_id or self.business_id


class PlaceMatch(NamedTuple):
    """The place of one visit. `is_written`: home or shop were created or corrected for it in this transaction."""

    place: VisitPlace = VisitPlace()
    door: DriveDoor | None = None
    drive_id: UUID | None = None
    is_written: bool = False
    problem: Problem | None = None


class PairMatch(NamedTuple):
    """Teammates by key; by visit the result of its proof, and who has confirmed it on a phone of their own."""

    teammates: Mapping[UUID, Teammate]
    proofs: Mapping[UUID, ProofResult]
    confirmed_by: Mapping[UUID, Sequence[UUID]]


class CodeMatch(NamedTuple):
    """Codes that the batch names and the server knows: stages of services by (service, code), and obstacles."""

    stages: Mapping[tuple[str, str], UUID]
    obstacles: frozenset[str]

    @property
    def services(self) -> set[str]:
        """Return services that have stages, and so exist."""
        return {service for service, _stage in self.stages}

    def columns_of(self, done: HelpPayload) -> tuple[str, UUID | None, UUID | None, str | None]:
        """Return kind of help, stage before and after, and obstacle: columns of a row of `VisitSupportRecord`."""
        before, after = self.stages.get((done.service, done.before)), self.stages.get((done.service, done.after))
        return done.kind, before, after, done.obstacle or None


class BatchMatch(NamedTuple):
    """A batch with the register's data about it; `places` are in the order of the batch's items."""

    batch: VisitBatch
    places: Sequence[PlaceMatch]
    pairs: PairMatch
    codes: CodeMatch


# --- Plan ---------------------------------------------------------------------------------------------------------------


class PairPlan(NamedTuple):
    """The pair of a visit as judged. `second_problem` is the code for which the second does not count."""

    first: PairMember
    second: PairMember | None = None
    second_problem: str = ""
    signature: str = ""
    team_id: UUID | None = None
    problem: Problem | None = None


class PlannedHelp(NamedTuple):
    """One support record of a visit: the phone's report, and the planned record."""

    payload: HelpPayload
    inputs: SupportRecordInput


class VisitPlan(NamedTuple):
    """The planned writes of one visit, or the problem for which it is set aside."""

    visit_item: VisitItem
    match: PlaceMatch
    pair: PairPlan
    helps: Sequence[PlannedHelp]
    problem: Problem | None


class BatchPlan(NamedTuple):
    """Plans of all visits of a batch, in its order."""

    match: BatchMatch
    visits: Sequence[VisitPlan]

    @property
    def batch(self) -> VisitBatch:
        """Return the planned batch."""
        return self.match.batch

    @property
    def new_visits(self) -> list[VisitPlan]:
        """Return valid visits that the server does not have."""
        return [plan for plan in self.visits if plan.problem is None and not plan.visit_item.is_revision]

    @property
    def revisions(self) -> list[VisitPlan]:
        """Return valid later versions of visits."""
        return [plan for plan in self.visits if plan.problem is None and plan.visit_item.is_revision]


# --- Write --------------------------------------------------------------------------------------------------------------


class WrittenVisits(NamedTuple):
    """Rows of new visits, and their support records, which are still to be posted."""

    batch: VisitBatch
    visits: Sequence[Visit]
    records: WrittenRecords
