"""A storm of actions of several apps on the same few people, with the order of locks checked: nothing fails but by a refusal, and
afterwards every figure is that of its records.

The people have everything: consents, contacts of two wards, helps, visits, tickets, mergers, requests; some are members. Which
steps are taken follows from the seed. On PostgreSQL three workers take them at once, each its own; on SQLite they take turns.
"""

import random
import traceback
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model, QuerySet
from django.test import Client

from doanso.adoption.actions import attest, take_back_attestation
from doanso.adoption.models import AdoptionStage, Usage
from doanso.audit.actions import chain_all
from doanso.audit.queries import verify
from doanso.events import actions as events
from doanso.events.actions import RegistrationInput
from doanso.events.models import Registration
from doanso.events.tests.conftest import Festival, festival_of
from doanso.ledger.actions import fold
from doanso.ledger.recount import recount
from doanso.lib import database
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.members.actions import (
    end_membership,
    take_back_ending,
    take_back_transfer,
    transfer_member,
)
from doanso.members.models import Member
from doanso.members.tests.conftest import Register
from doanso.members.tests.conftest import register as register
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.conftest import outing as outing
from doanso.outreach.tests.test_visit_photos import picture
from doanso.outreach.tests.visiting import Visiting, guest
from doanso.people.actions import (
    erase_person,
    merge_persons,
    open_request,
    particulars_of,
    resolve_duplicate,
    resolve_request,
    take_back_consent,
    undo_merge,
)
from doanso.people.models import Contact, Duplicate, Merge, Person, Request
from doanso.referrals import actions as referrals
from doanso.referrals.tests.scene import guided
from doanso.support.actions import (
    ConsentInput,
    Helper,
    confirm_receipt,
    correct_help,
    decide_dispute,
    dispute_receipt,
    record_helps,
    take_back_help,
    withdraw_consents,
)
from doanso.support.models import Dispute, Receipt, SupportRecord
from doanso.support.tests.conftest import record_input
from doanso.sync.actions import register_device
from doanso.sync.tests.conftest import Phone
from doanso.testing import TODAY, Tree

SEED = 28
WORKERS = 3
STEPS = 250
"""Steps of each worker: about a minute on either engine."""
NAMES = ["Nguyễn Văn Bảy", "Trần Thị Sáu", "Lê Thị Mận", "Phạm Văn Tư", "Võ Thị Út", "Huỳnh Văn Năm"]
CONSENT = ConsentInput(("support", "recheck", "publish"), "paper", "2023-09")


class _NothingThereError(Exception):
    """There is nothing that this step could be about."""


class Worker:
    """Takes steps as officers of both wards and of the city, on a phone of its own."""

    def __init__(self, number: int, outing: Outing, register: Register, festival: Festival) -> None:
        self.random, self.tree = random.Random(f"{SEED}-{number}"), outing.tree
        self.register, self.festival = register, festival
        registration = register_device(actor=self.tree.lan, device_id=uuid7(), name=f"Máy {number}")
        self.visiting = Visiting(outing, Phone(registration.device, registration.token, outing.ward, Client()))
        self.outcomes: Counter[str] = Counter()
        self.taken: list[str] = []
        self.failures: list[str] = []

    def run(self) -> None:
        """Take all steps; keep what failed otherwise than by a refusal."""
        try:
            for _step in range(STEPS):
                step = self.random.choice(STEPS_BY_WEIGHT)
                self.taken.append(step.__name__)
                try:
                    step(self)
                    outcome = "done"
                except Refused as refused:
                    outcome = refused.problem.code
                except (PermissionDenied, _NothingThereError) as error:
                    outcome = type(error).__name__
                except Exception:  # noqa: BLE001 -- whatever else an action throws is what is looked for
                    outcome = "failed"
                    self.failures.append(f"{step.__name__}: {traceback.format_exc(limit=-8)}")
                self.outcomes[f"{step.__name__}: {outcome}"] += 1
        finally:
            connection.close()

    def pick[M: Model](self, rows: QuerySet[M]) -> M:
        """Return one of the rows."""
        some = list(rows.order_by("pk")[:100])
        if not some:
            raise _NothingThereError
        return self.random.choice(some)

    def of_ward(self) -> tuple[Any, Any]:
        """Return a secretary and their ward."""
        name, code = self.random.choice([("an", "p4"), ("chi", "p5")])
        return self.tree.users[name], self.tree.units[code]

    def contact(self) -> Contact:
        """Return something that a ward has written down about a resident."""
        return self.pick(Contact.objects.filter(erased_at=None, unit__code__in=["p4", "p5"]))

    def help(self) -> None:
        actor, unit = self.of_ward()
        names = self.random.sample(NAMES, 2)
        service, year = self.random.choice(["portal", "payment"]), self.random.choice([1951, 1951, 1952])
        entries = [record_input(name, year, service=service, consent=CONSENT) for name in names]
        record_helps(actor=actor, unit=unit, entries=entries)

    def visit(self) -> None:
        people = [guest(name, self.random.choice(["portal", "payment"])) for name in self.random.sample(NAMES, 2)]
        [ack] = self.visiting.send(self.visiting.body(self.random.randrange(3), people=people))
        if ack["state"] == "applied":
            self._send_photo(ack["id"])

    def _send_photo(self, visit: str) -> None:
        """Send a picture of a visit, unless the server wants none, because somebody in it has withdrawn their consent."""
        phone, key, content = self.visiting.phone, uuid7(), picture()
        photo = {"id": str(key), "visit": visit, "size": len(content), "hash": sha256(content).hexdigest()}
        if not phone.post("/api/v1/photos", photo).json()["done"]:
            headers = {"Authorization": f"Bearer {phone.token}", "Upload-Offset": "0"}
            url, kind = f"/api/v1/photos/{key}", "application/octet-stream"
            phone.client.patch(url, content, content_type=kind, headers=headers)

    def correct(self) -> None:
        record = self.pick(SupportRecord.objects.filter(named=True))
        day = TODAY - timedelta(days=self.random.randrange(3))
        correct_help(
            actor=self.tree.giang, support_record_id=record.pk, service=record.service_id, happened_on=day,
            helper=Helper("Trần Gia Huy"),
        )  # fmt: skip

    def take_back(self) -> None:
        record = self.pick(SupportRecord.objects.all())
        actor = self.tree.an if record.unit.code == "p4" else self.tree.chi
        take_back_help(actor=actor, support_record_id=record.pk)

    def confirm(self) -> None:
        confirm_receipt(receipt_id=self.pick(Receipt.objects.all()).pk, staff_browser=False, device=["own", "phone"])

    def dispute(self) -> None:
        dispute_receipt(receipt_id=self.pick(Receipt.objects.all()).pk, reason="not-me")

    def decide(self) -> None:
        dispute = self.pick(Dispute.objects.all())
        decision = self.random.choice(["upheld", "rejected"])
        decide_dispute(actor=self.tree.dung, dispute_id=dispute.pk, decision=decision, explanation="Đã gọi hỏi lại")

    def withdraw_by_link(self) -> None:
        withdraw_consents(receipt_id=self.pick(Receipt.objects.all()).pk)

    def withdraw_one(self) -> None:
        contact = self.contact()
        purpose = self.random.choice(["support", "recheck", "publish"])
        actor = self.tree.an if contact.unit.code == "p4" else self.tree.chi
        take_back_consent(actor=actor, contact=contact, purpose=purpose, channel="voice")

    def ask(self) -> None:
        contact = self.contact()
        kind = self.random.choice(["withdraw", "erase", "object", "copy", "correct"])
        open_request(
            actor=self.tree.giang, person_id=contact.person_id, unit_id=contact.unit_id, kind=kind, channel="paper"
        )

    def settle(self) -> None:
        request = self.pick(Request.objects.filter(state__in=["open", "taken"]))
        if request.kind == "erase":
            erase_person(actor=self.tree.giang, request=request)
            return
        contact = Contact.objects.filter(person_id=request.person_id, erased_at=None).first()
        particulars = None
        if request.kind == "correct" and contact is not None:
            particulars = particulars_of(contact)._replace(name=self.random.choice(NAMES))
        resolve_request(actor=self.tree.giang, request=request, particulars=particulars)

    def merge(self) -> None:
        one, other = self.contact(), self.contact()
        merge_persons(actor=self.tree.giang, source=Person(pk=one.person_id), target=Person(pk=other.person_id))

    def decide_pair(self) -> None:
        pair = self.pick(Duplicate.objects.all())
        decision = self.random.choice(["same", "different", "later"])
        resolve_duplicate(actor=self.tree.giang, duplicate=pair, decision=decision)

    def undo(self) -> None:
        undo_merge(actor=self.tree.giang, merge=self.pick(Merge.objects.all()))

    def member(self) -> Member:
        """Return a stay of a member."""
        return self.pick(Member.objects.all())

    def attest(self) -> None:
        day = TODAY - timedelta(days=self.random.randrange(2))
        attest(
            actor=self.tree.giang, member_id=self.member().pk, stage=self.pick(AdoptionStage.objects.all()),
            happened_on=day,
        )  # fmt: skip

    def take_back_attestation(self) -> None:
        take_back_attestation(actor=self.tree.giang, usage_id=self.pick(Usage.objects.all()).pk)

    def transfer(self) -> None:
        code = self.random.choice(["p4-kp1", "p4-kp2", "p5-kp1"])
        transfer_member(actor=self.tree.dung, member=self.member(), to=self.tree.units[code], on=TODAY)

    def undo_transfer(self) -> None:
        take_back_transfer(actor=self.tree.dung, member=self.member())

    def end_stay(self) -> None:
        end_membership(actor=self.tree.dung, member=self.member(), state="grown-out", on=TODAY)

    def undo_ending(self) -> None:
        take_back_ending(actor=self.tree.dung, member=self.pick(Member.objects.exclude(state="active")))

    def invite(self) -> None:
        kind, name = self.random.choice(["friend", "relative"]), self.random.choice(NAMES)
        slot = referrals.open_slot(actor=self.tree.giang, member_id=self.member().pk, kind=kind)
        referrals.accept_invitation(
            slot_id=slot.pk, guided=guided(name, 1951), staff_browser=False, device=[name, "A phone"]
        )

    def join(self) -> None:
        inputs = RegistrationInput(self.random.choice(NAMES), 1951)
        events.add_participant(actor=self.tree.an, event=self.festival.fresh(), key=uuid7(), inputs=inputs)

    def cancel(self) -> None:
        events.cancel_registration(actor=self.tree.an, registration=self.pick(Registration.objects.all()))

    def roll_up(self) -> None:
        fold(page=7)


_OFTEN: list[Callable[[Worker], None]] = [Worker.help, Worker.visit, Worker.ask, Worker.settle, Worker.merge]
_STEPS: list[Callable[[Worker], None]] = [
    *(Worker.correct, Worker.take_back, Worker.confirm, Worker.dispute, Worker.decide),
    *(Worker.withdraw_by_link, Worker.withdraw_one, Worker.decide_pair, Worker.undo),
    *(Worker.attest, Worker.take_back_attestation, Worker.transfer, Worker.undo_transfer),
    *(Worker.end_stay, Worker.undo_ending, Worker.invite, Worker.join, Worker.cancel, Worker.roll_up),
]
STEPS_BY_WEIGHT = [*_STEPS, *_OFTEN * 3]


@pytest.fixture
def workers(transactional_db: None, tree: Tree, outing: Outing, register: Register) -> list[Worker]:
    """Three workers over ward 4's drive, the members of two wards, and an event that takes registrations."""
    festival = festival_of(tree, tree.units["p4"], tree.an, title="Ngày hội Phường 4", day=TODAY)
    festival.step(events.open_event)
    return [Worker(number, outing, register, festival) for number in range(WORKERS)]


@pytest.mark.long
@pytest.mark.engines
@pytest.mark.if_changed("ci", "people", "support", "members", "outreach", "adoption", "referrals", "events")
def test_nothing_fails_and_every_figure_is_that_of_its_records(workers: list[Worker]) -> None:
    with ThreadPoolExecutor(WORKERS if database.locks_rows() else 1) as pool:
        list(pool.map(Worker.run, workers))

    failures = [failure for worker in workers for failure in worker.failures]
    steps = "\n".join(" ".join(worker.taken) for worker in workers)
    assert not failures, "\n".join([f"seed {SEED}, steps of the workers:", steps, *failures])
    outcomes = sum((worker.outcomes for worker in workers), Counter())
    print(*sorted(outcomes.items()), sep="\n")
    never = [step.__name__ for step in STEPS_BY_WEIGHT if not outcomes[f"{step.__name__}: done"]]
    assert not never, f"seed {SEED}: these never came about: {never}"
    assert [str(difference) for difference in recount()] == []
    chain_all()
    assert not verify().broken
