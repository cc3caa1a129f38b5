"""The scene of the access table: the small tree, and one of each thing that an address may be about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from doanso.access.actions import InvitationInput, IssuedInvitation, invite
from doanso.access.models import ApiToken, Role, RoleAssignment
from doanso.accounts.models import User
from doanso.adoption.models import (
    AdoptionStage,
    BulkDraw,
    DrawnPerson,
    Service,
    Usage,
)
from doanso.files.actions import store
from doanso.imports.models import Import, ImportState
from doanso.ledger.models import Book
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.outreach.models import Door, Drive, Visit
from doanso.people.models import Consent, Contact, Duplicate, Household, Person, Request
from doanso.support import receipt_keys, stand_keys
from doanso.support.models import Receipt, Recheck, RecheckRound, Stand, StandTurn, SupportRecord
from doanso.sync.models import Device, Photo, Record, RecordState
from doanso.sync.sealed import encrypt_payload
from doanso.targets.models import Allocation, Indicator, Programme, Target
from doanso.testing import TREE_BEGAN, Tree
from doanso.units.models import Unit, UnitLink, UnitPath


@dataclass
class RouteExample:
    """The arguments of an address, and the data to send."""

    words: dict[str, Any]
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Scene:
    """The small tree, the user who asks, and the owner of the record in question.

    `is_personal` tells whether what was made depends on who asks.
    """

    tree: Tree
    _asker: User | None = None
    _owner: User | None = None
    is_personal: bool = False
    _made: int = 0

    @property
    def asker(self) -> User | None:
        self.is_personal = True
        return self._asker

    @property
    def owner(self) -> User | None:
        self.is_personal = self.is_personal or self._owner is not None
        return self._owner

    def account(self, unit: Unit) -> User:
        """A member's account with a role at the unit."""
        self._made += 1
        user = User.objects.create(username=f"thing-{self._made}", display_name="Ai Đó", created_at=clock.now())
        self.role_assignment(user, unit)
        return user

    def role_assignment(self, user: User, unit: Unit) -> RoleAssignment:
        """The member's role of that account at the unit."""
        return RoleAssignment.objects.create(user=user, role=Role.MEMBER, unit=unit, since=TREE_BEGAN)

    def invitation(self, unit: Unit) -> IssuedInvitation:
        """Somebody's open invitation to the unit, with its secret."""
        return invite(actor=self.tree.giang, batch=uuid7(), inputs=[InvitationInput(unit, Role.HELPER)])[0]

    def token(self, unit: Unit) -> ApiToken:
        """Somebody's token under a role at the unit."""
        now = clock.now()
        return ApiToken.objects.create(
            role_assignment=self.account(unit).role_assignments.get(),
            name="t",
            token_hash=f"{self._made:064d}",
            created_at=now,
            expires_at=now + timedelta(days=1),
        )

    def member(self, unit: Unit) -> Member:
        """A present member of the unit (any unit will do), the owner's own record if there is one."""
        person = Person.objects.create(user=self.owner, created_at=clock.now())
        contact = Contact.objects.create(
            person=person, unit=unit, name="Lê Minh Khang", folded="le minh khang", sort_key="k",
            created_at=clock.now(), updated_at=clock.now(),
        )  # fmt: skip
        return Member.objects.create(
            person=person,
            contact=contact,
            branch=unit,
            since=TREE_BEGAN,
            arrived_on=TREE_BEGAN,
            recorded_at=clock.now(),
        )

    def stage(self) -> AdoptionStage:
        """The stage that counts of a service with two."""
        words = {"name": "VNeID", "short_name": "VNeID", "icon": "id", "position": 1}
        service, _is_new = Service.objects.get_or_create(code="vneid", defaults=words)
        AdoptionStage.objects.get_or_create(service=service, code="none", defaults={"level": 0, "name": "Chưa dùng"})
        return AdoptionStage.objects.get_or_create(
            service=service, code="level2", defaults={"level": 1, "name": "Mức 2"}
        )[0]

    def usage(self, member: Member) -> Usage:
        """An officer's record that the member reached the stage."""
        stage = self.stage()
        return Usage.objects.create(
            person_id=member.person_id, service=stage.service, stage=stage, unit=member.branch, grade=1,
            happened_on=clock.today(), arrived_on=clock.today(), recorded_at=clock.now(), seen_by=self.tree.giang,
        )  # fmt: skip

    def draw(self, unit: Unit) -> DrawnPerson:
        """The one person, to be opened, of a bulk that the asker prepared."""
        member = self.member(unit)
        bulk = BulkDraw.objects.create(
            unit=unit, stage=self.stage(), happened_on=clock.today(), drawn_by=self.asker or self.tree.giang,
            drawn_at=clock.now(),
        )  # fmt: skip
        return DrawnPerson.objects.create(draw=bulk, person_id=member.person_id, sampled=True)

    def support_record(self, unit: Unit) -> SupportRecord:
        """A support record of the unit for somebody, with its receipt."""
        person = Person.objects.create(created_at=clock.now())
        contact = Contact.objects.create(
            person=person, unit=unit, name="Nguyễn Văn Bảy", folded="nguyen van bay", sort_key="b", birth_year=1951,
            created_at=clock.now(), updated_at=clock.now(),
        )  # fmt: skip
        sealed, link, code = receipt_keys.new_keys(uuid7(), 1951)
        receipt = Receipt.objects.create(
            unit=unit, keys_encrypted=sealed, link_lookup=link, code_lookup=code, made_at=clock.now()
        )
        return SupportRecord.objects.create(
            unit=unit, named=True, person=person, contact=contact, service=self.stage().service, grade=1,
            happened_on=clock.today(), arrived_on=clock.today(), recorded_at=clock.now(), source="office",
            receipt=receipt,
        )  # fmt: skip

    def receipt(self, unit: Unit) -> tuple[Receipt, str]:
        """A receipt and the secret of its link."""
        receipt = self.support_record(unit).receipt
        assert receipt is not None
        keys = receipt_keys.keys_of(receipt)
        assert keys is not None
        return receipt, keys.link

    def recheck(self, unit: Unit) -> Recheck:
        """A drawn support record of the unit, whose receiver agreed to be called."""
        support_record = self.support_record(unit)
        now, today = clock.now(), clock.today()
        assert support_record.person is not None
        Contact.objects.filter(pk=support_record.contact_id).update(address="Ấp 1")
        Consent.objects.create(
            person=support_record.person, unit=unit, purpose="recheck", text_version="v", channel="paper", taken_on=today,
            recorded_at=now,
        )  # fmt: skip
        drawn = RecheckRound.objects.create(
            unit=unit, since=TREE_BEGAN, until=today, seed="x", listed="", list_hash="x", share=5, least=30, helps=1,
            receivers=1, size=1, opened_at=now, opened_by=self.tree.giang, drawn_at=now,
        )  # fmt: skip
        return Recheck.objects.create(round=drawn, unit=unit, support_record=support_record, place=1)

    def stand(self, unit: Unit) -> StandTurn:
        """Somebody without a name who waits at an open stand of the unit, somebody's or the owner's own."""
        now = clock.now()
        encrypted, lookup = stand_keys.new_keys()
        stand = Stand.objects.create(
            unit=unit, happened_on=clock.today(), place="Nhà văn hoá", planned=30, helper_name="Ai Đó", helper_kind="youth",
            link_encrypted=encrypted, link_lookup=lookup, link_until=now + timedelta(hours=1), opened_at=now,
            opened_by=self.owner or self.account(unit),
        )  # fmt: skip
        stand.services.add(self.stage().service)
        return StandTurn.objects.create(
            stand=stand, number=1, state="waiting", named=False, self_entered=True, made_at=now
        )

    def job(self, unit: Unit) -> Import:
        """An import of members, compared, with one row left out."""
        now = clock.now()
        return Import.objects.create(
            kind="members", unit=unit, file=store(source=b"x", name="x.xlsx", limit=10), state=ImportState.COMPARED,
            started_by=self.tree.giang, started_at=now, stepped_at=now, row_count=1, rejected_count=1,
        )  # fmt: skip

    def resident(self, unit: Unit) -> Contact:
        """Somebody the unit wrote down."""
        person = Person.objects.create(created_at=clock.now())
        return Contact.objects.create(
            person=person, unit=unit, name="Lê Thị Sáu", folded="le thi sau", sort_key="s", created_at=clock.now(),
            updated_at=clock.now(),
        )  # fmt: skip

    def request(self, unit: Unit, kind: str) -> Request:
        """What somebody of the unit asks for."""
        today = clock.today()
        return Request.objects.create(
            person=self.resident(unit).person, unit=unit, kind=kind, channel="paper", opened_on=today,
            opened_at=clock.now(), answer_by=today, due_on=today,
        )  # fmt: skip

    def pair(self, unit: Unit) -> Duplicate:
        """Two people of the unit who may be one."""
        first_id, other = sorted((self.resident(unit).person_id, self.resident(unit).person_id))
        return Duplicate.objects.create(one_id=first_id, other_id=other, unit=unit, score=1, found_at=clock.now())

    def programme(self, root: Unit) -> Programme:
        """A programme of the unit with one indicator that nobody counts yet."""
        first, last = date(2023, 1, 1), date(2023, 12, 31)
        book = Book.objects.create(code="proof", root=root, first_day=first, last_day=last)
        programme = Programme.objects.create(
            code="proof", title="Thử", root=root, book=book, first_day=first, last_day=last
        )
        indicator = Indicator.objects.create(
            programme=programme, code="one", title="Một", short_title="Một", kind="count", group="members",
            unit_of_count="người", family="nobody", position=1,
        )  # fmt: skip
        Target.objects.create(indicator=indicator, unit=root, value=10, basis="stated")
        return programme

    def allotted_target(self, giver: Unit, unit: Unit) -> Target:
        """A target that one unit gave to another, in the city's programme."""
        indicator = self.programme(self.tree.units["my-tho"]).indicators.get()
        paper = Allocation.objects.create(
            indicator=indicator, unit=giver, split="hand", counted_on=TREE_BEGAN, owed=10, decision_number="1",
            decided_on=TREE_BEGAN, since=indicator.programme.first_day, made_by=self.tree.giang, made_at=clock.now(),
        )  # fmt: skip
        return Target.objects.create(
            indicator=indicator, unit=unit, value=5, basis="stated", allocation=paper, since=paper.since, version=2
        )

    def phone(self, unit: Unit) -> Device:
        """A phone of somebody with a role at the unit, or the owner's own."""
        now = clock.now()
        return Device.objects.create(
            id=uuid7(), user=self.owner or self.account(unit), name="Máy", token_hash=f"{self._made:064d}",
            registered_at=now, seen_at=now, lease_until=now,
        )  # fmt: skip

    def phone_record(self, unit: Unit) -> Record:
        """A record of the unit that waits for a person."""
        phone = self.phone(unit)
        key, payload = encrypt_payload('{"unit": null, "body": {}}')
        return Record.objects.create(
            record_id=uuid7(), content_hash="0" * 64, kind="nobody.knows", version=1, unit=unit, device=phone,
            user=phone.user, received_at=clock.now(), state=RecordState.QUARANTINED, key_encrypted=key,
            payload_encrypted=payload,
        )  # fmt: skip

    def visit(self, unit: Unit) -> Visit:
        """A visit of the unit, by somebody with a role there, or the owner's own."""
        now, key = clock.now(), uuid7()
        return Visit.objects.create(
            id=key, counted_as=key, unit=unit, outcome="refused", happened_on=clock.today(), arrived_on=clock.today(),
            recorded_at=now, began_at=now, ended_at=now, recorded_by=self.owner or self.account(unit),
            first_name="Ai Đó", first_kind="youth", first_how="sign-in", paired=False, content_hash="0" * 64,
        )  # fmt: skip

    def photo(self, unit: Unit) -> Photo:
        """A picture of a visit, arrived whole."""
        visit, now = self.visit(unit), clock.now()
        return Photo.objects.create(
            id=uuid7(), device=self.phone(unit), subject=visit.pk, size=3, content_hash="h", offset=3, begun_at=now,
            done_at=now, blob=store(source=b"\xff\xd8\xff", name="a.jpg", limit=9),
        )  # fmt: skip

    def door(self, unit: Unit) -> Door:
        """A door of a running drive of the unit's at which somebody arranged another day."""
        today = clock.today()
        drive = Drive.objects.create(
            unit=unit, name="Đợt", since=today, until=today + timedelta(days=9), goal=1, made_at=clock.now(),
            made_by=self.tree.giang,
        )  # fmt: skip
        home = Household.objects.create(unit=unit, created_at=clock.now())
        return Door.objects.create(
            drive=drive, unit=unit, household=home, walk_key="a0", outcome="follow-up", follow_up_on=today
        )

    def below(self, unit: Unit) -> Unit:
        """A new unit directly below."""
        branch = Unit.objects.create(code="below", kind="branch", since=TREE_BEGAN)
        UnitLink.objects.create(unit=branch, parent=unit, since=TREE_BEGAN)
        UnitPath.objects.create(ancestor=branch, unit=branch, depth=0, since=TREE_BEGAN)
        for path in list(UnitPath.objects.filter(unit=unit)):
            UnitPath.objects.create(ancestor=path.ancestor, unit=branch, depth=path.depth + 1, since=TREE_BEGAN)
        return branch


Maker = Callable[[Scene, Unit], dict[str, Any] | RouteExample]
"""Returns the arguments of an address, for an object of the unit."""
