"""Demo visits: a part of the people whom each ward helps in the year is helped at the door, by pairs; and visits with other
outcomes.

The support demo has decided who is helped and when; visits only record it, so the city's figures are the same. Besides, one
ward's phone brings more visits than is plausible, one phone is in service, and a record of it waits.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from doanso.accounts.models import User
from doanso.adoption.models import AdoptionStage, Obstacle
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.lib.uuid7 import uuid7
from doanso.outreach import card_keys
from doanso.outreach.actions.anomaly_checks import assign_reasons
from doanso.outreach.actions.visits import record_visits
from doanso.outreach.demo.drives import STREETS, area_of
from doanso.outreach.models import Card, Door, How, Teammate, VisitOutcome
from doanso.outreach.visit_payload import GuestPayload, HelpPayload, PlacePayload, SecondPayload, VisitPayload
from doanso.support.actions import SupportRecordInput
from doanso.sync.actions import receive_batch, register_device
from doanso.sync.batches import RecordPayload
from doanso.sync.ports import IncomingRecord
from doanso.units import queries as units
from doanso.units.models import Neighbourhood, Unit, UnitKind

SEED = 11
AT_ONCE = 100
KEPT, KEPT_BEFORE = 7, 2
"""The share of a round that is recorded in the office all the same: people who answer on their receipts. Fewer do
early in the year."""
SPOKEN_FROM = date(2023, 10, 1)
SHOPS = 0.3
BURST_DAY, PHONE_DAY, STORY_DAY = date(2023, 11, 9), date(2023, 11, 10), date(2023, 11, 12)
BURST = 14
ALONE, SILENT = 0.12, 0.18
"""Below the first share nobody came along, below the second the second's presence has no evidence."""
_DRY = (
    *[VisitOutcome.NOT_HOME] * 5,
    *[VisitOutcome.HAD_ALREADY] * 4,
    *[VisitOutcome.REFUSED] * 3,
    *[VisitOutcome.FOLLOW_UP] * 2,
)


@dataclass(slots=True)
class VisitStory:
    """The pairs of one ward: who holds the phone, and their routes. Every second round is recorded from door to door."""

    unit: Unit
    actor: User
    pick: Random
    every_round: bool = False
    rounds: int = 0
    areas: list[Neighbourhood] = field(default_factory=list)
    mates: list[tuple[Teammate, str]] = field(default_factory=list)
    ladders: dict[str, list[str]] = field(default_factory=dict)
    obstacles: list[str] = field(default_factory=list)
    arranged: list[tuple[date, PlacePayload]] = field(default_factory=list)

    def bring(self, entries: Sequence[SupportRecordInput]) -> list[SupportRecordInput]:
        """Record a part of a round's support records as visits; return the rest, which is recorded in the office."""
        self.rounds += 1
        if self.rounds % 2 and not self.every_round:
            return list(entries)
        kept_count = KEPT if not self.every_round or clock.today() >= SPOKEN_FROM else KEPT_BEFORE
        remaining = list(entries[:kept_count])
        taken: list[SupportRecordInput] = []
        for entry in entries[kept_count:]:
            to_door = entry.business is None or self.pick.random() < SHOPS
            (taken if to_door else remaining).append(entry)
        self._look_round()
        visits = [self._helped(entry) for entry in taken]
        visits += self._again()
        visits += [self._dry() for _visit in range(round(len(taken) * 0.55))]
        self._record(visits)
        return remaining

    def _look_round(self) -> None:
        """Read neighbourhoods, stages of services, and possible seconds with their cards."""
        today = clock.today()
        if not self.areas:
            self.areas = units.neighbourhoods(self.unit)
        if not self.ladders:
            for service, code in AdoptionStage.objects.order_by("service_id", "level").values_list(
                "service_id", "code"
            ):
                self.ladders.setdefault(service, []).append(code)
            self.obstacles = list(Obstacle.objects.order_by("position").values_list("pk", flat=True))
        officials = Teammate.objects.filter(unit=self.unit, kind="official", since__lte=today - timedelta(days=14))
        mates = [mate for mate in officials.order_by("pk") if mate.until is None or mate.until > today]
        cards = Card.objects.filter(teammate__in=mates, revoked_at=None, since__lte=today - timedelta(days=14))
        secrets = {card.teammate_id: card_keys.keys_of(card).secret for card in cards}
        self.mates = [(mate, secrets.get(mate.pk, "")) for mate in mates]

    def _record(self, visits: Sequence[VisitPayload]) -> None:
        """Record the visits day by day, one door after the other, in batches as from a phone that comes home."""
        walked = _walk(visits, self.pick)
        now, phone = clock.now(), uuid7()
        for start in range(0, len(walked), AT_ONCE):
            lot = [
                IncomingRecord(uuid7(), "", "", visit, visit.ended_at, now, 0, phone)
                for visit in walked[start : start + AT_ONCE]
            ]
            for problem in record_visits(actor=self.actor, unit=self.unit, records=lot):
                if problem is not None:
                    raise ValueError(problem)

    # --- One visit --------------------------------------------------------------------------------------------------

    def _helped(self, entry: SupportRecordInput) -> VisitPayload:
        """Return a visit with help: to a person at home, to a shop, or to somebody without a name."""
        guest = GuestPayload(helps=(self._help(entry),))
        visit = self._visit(
            VisitOutcome.HELPED, entry.happened_on, entry.second.name if entry.second is not None else ""
        )
        if entry.person is not None:
            consent = entry.consent._replace(channel="voice") if entry.consent is not None else None
            guest = guest._replace(person=entry.person, consent=consent)
            visit = visit._replace(household=self._place(entry.person.address))
        elif entry.business is not None:
            guest = guest._replace(business=True)
            visit = visit._replace(business=self._place(entry.business.address, entry.business.name), household=None)
        return visit._replace(guests=(guest,))

    def _help(self, entry: SupportRecordInput) -> HelpPayload:
        """Return the payload of a support record: most are guided, some recover a lost access."""
        recovery = entry.business is None and self.pick.random() < 0.12
        obstacle = self.pick.choice(self.obstacles) if self.pick.random() < 0.3 else ""
        before, after = self.ladders[entry.service][:2]
        return HelpPayload(uuid7(), entry.service, "recovery" if recovery else "guide", before, after, obstacle)

    def _dry(self) -> VisitPayload:
        """Return a visit without help: nobody home, nothing needed, refused, or another day."""
        outcome = self.pick.choice(_DRY)
        day = clock.today() - timedelta(days=self.pick.randrange(14))
        again = day + timedelta(days=self.pick.randrange(2, 12)) if outcome == VisitOutcome.FOLLOW_UP else None
        visit = self._visit(outcome, day, "")
        if again is not None and visit.household is not None:
            self.arranged.append((again, visit.household))
        return visit._replace(follow_up_on=again)

    def _again(self) -> list[VisitPayload]:
        """Return the second visit where somebody asked to come again, within the days of this round."""
        today = clock.today()
        due = [(max(day, today - timedelta(days=13)), place) for day, place in self.arranged if day <= today]
        self.arranged = [appointment for appointment in self.arranged if appointment[0] > today]
        return [self._visit(VisitOutcome.HAD_ALREADY, day, "")._replace(household=place) for day, place in due]

    def _visit(self, outcome: VisitOutcome, day: date, name: str) -> VisitPayload:
        """Return a visit of that day at some door, with its second."""
        address = f"{self.pick.randint(1, 300)} {self.pick.choice(STREETS)}"
        began = datetime.combine(day, time(8), clock.VIETNAM)
        return VisitPayload(
            happened_on=day,
            began_at=began,
            ended_at=began,
            outcome=outcome,
            household=self._place(address),
            in_area=self.pick.choice((True, True, True, None)),
            second=self._second(name),
        )

    def _place(self, address: str, sign: str = "") -> PlacePayload:
        number, _space, street = address.partition(" ")
        return PlacePayload(uuid7(), True, number, street, area_of(self.areas, street), sign)

    def _second(self, name: str) -> SecondPayload | None:
        """Return the second: most come in pairs, by card or signature; some alone, and sometimes nothing shows a
        second."""
        chance = self.pick.random()
        mate, secret = self.pick.choice(self.mates) if self.mates else (None, "")
        if chance < ALONE or (mate is None and not name):
            return None
        key, name = (mate.pk, mate.name) if mate is not None else (None, name)
        if chance < SILENT:
            return SecondPayload(key, name, "official", How.NONE, "")
        if secret and chance < 0.6:
            return SecondPayload(key, name, "official", How.CARD, secret)
        return SecondPayload(key, name, "official", How.SIGNATURE, _strokes(self.pick))

    # --- Implausible visits ------------------------------------------------------------------------------------------------

    def burst(self) -> None:
        """Record more visits with help in half an hour than is plausible, without names or a second."""
        self._look_round()
        began = datetime.combine(clock.today(), time(16, 30), clock.VIETNAM)
        helped = SupportRecordInput(service="portal", happened_on=clock.today())
        records = []
        for number in range(BURST):
            start = began + timedelta(minutes=2 * number)
            visit = self._helped(helped)._replace(began_at=start, ended_at=start + timedelta(seconds=75), second=None)
            records.append(IncomingRecord(uuid7(), "", "", visit, visit.ended_at, clock.now(), 0, uuid7()))
        record_visits(actor=self.actor, unit=self.unit, records=records)


def _walk(visits: Sequence[VisitPayload], pick: Random) -> list[VisitPayload]:
    """Return the visits with their hours: each day from eight in the morning, door after door."""
    walked: list[VisitPayload] = []
    day, moment = None, datetime.min.replace(tzinfo=clock.VIETNAM)
    for visit in sorted(visits, key=lambda visit: visit.happened_on):
        if visit.happened_on != day:
            day = visit.happened_on
            moment = datetime.combine(day, time(8, pick.randrange(50)), clock.VIETNAM)
        longest = 9 if visit.outcome == VisitOutcome.HELPED else 2
        ended = moment + timedelta(minutes=pick.randrange(longest // 2, longest) + 1, seconds=pick.randrange(60))
        walked.append(visit._replace(began_at=moment, ended_at=ended))
        moment = ended + timedelta(minutes=pick.randrange(2, 6))
    return walked


def _strokes(pick: Random) -> str:
    """Return a signature; no two drawings are the same."""
    return f"M{pick.randrange(8, 30)} {pick.randrange(40, 80)}" + "".join(
        f"L{18 * nth + pick.randrange(12, 28)} {pick.randrange(20, 100)}" for nth in range(1, 9)
    )


# --- A phone ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class DemoPhone:
    """The helper's phone: in service, and with a visit that it sent twice with different content."""

    unit: Unit
    helper: User

    def send(self) -> None:
        """Send a visit with nobody home; then, from a backup, the same visit with different content."""
        registration = register_device(actor=self.helper, device_id=uuid7(), name="Máy của Lan")
        door = (
            Door.objects.filter(unit=self.unit, outcome="", taken_by=None, drive__ended_at=None).order_by("pk").last()
        )
        mate = Teammate.objects.filter(user=self.helper, until=None).first()
        if door is None:
            return
        key = uuid7()
        for outcome in (VisitOutcome.NOT_HOME, VisitOutcome.HAD_ALREADY):
            entry = self._payload(key, door, mate, outcome)
            receive_batch(device=registration.device, actor=self.helper, sent_at=clock.now(), entries=[entry])

    def _payload(self, key: UUID, door: Door, mate: Teammate | None, outcome: str) -> RecordPayload:
        began = datetime.combine(clock.today(), time(8, 20), clock.VIETNAM)
        body: dict[str, Any] = {
            "drive": str(door.drive_id),
            "door": str(door.pk),
            "household": None,
            "business": None,
            "happened_on": clock.today().isoformat(),
            "began_at": began.isoformat(),
            "ended_at": (began + timedelta(minutes=2)).isoformat(),
            "outcome": outcome,
            "follow_up_on": None,
            "in_area": True,
            "pair": {
                "team": str(mate.team_id) if mate is not None else None,
                "first": {"teammate": str(mate.pk) if mate is not None else None, "how": "sign-in"},
                "second": None,
            },
            "people": [],
        }
        envelope = {"kind": "outreach.visit", "version": 1, "unit": str(self.unit.pk), "base": None}
        text = json.dumps(envelope | {"made_at": began.isoformat(), "body": body}, ensure_ascii=False)
        return RecordPayload(key, hashlib.sha256(text.encode()).hexdigest(), text)


def visit_stories(
    homes: Sequence[tuple[Unit, User]], *, printed: str = "", helper: User | None = None
) -> dict[str, VisitStory]:
    """Return the story that records each ward's visits, by the ward's code: the secretary's, and in the printed ward the
    helper's.
    """
    by_code = {}
    for unit, secretary in homes:
        own = unit.code == printed and helper is not None
        actor = helper if own and helper is not None else secretary
        by_code[unit.code] = VisitStory(unit, actor, Random(f"{SEED} {unit.code}"), every_round=own)
    return by_code


def year(
    by_code: dict[str, VisitStory], last: date, *, printed: str = "", helper: User | None = None
) -> list[DatedAction]:
    """Yield the other actions up to a day; the visits themselves are recorded with the rounds of support."""
    schedule: list[DatedAction] = []
    others = [teller for code, teller in by_code.items() if code != printed and teller.unit.kind == UnitKind.GRASSROOTS]
    if others:
        schedule.append((BURST_DAY, others[0].burst))
    if printed in by_code and helper is not None:
        schedule.append((PHONE_DAY, DemoPhone(by_code[printed].unit, helper).send))
    schedule.append((STORY_DAY, assign_reasons))
    return [entry for entry in schedule if entry[0] <= last]
