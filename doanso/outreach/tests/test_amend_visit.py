"""Correction of a visit by an officer: figures and helps follow at once, and nobody confirms for others."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.models import AdoptionStage
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import close_period
from doanso.ledger.models import Entry
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.outreach.actions.visits import confirm_visits, take_back_visit
from doanso.outreach.actions.visits.amendments import amend_visit
from doanso.outreach.models import AwaitedConfirmation, Visit, VisitAmendment, VisitSupportRecord
from doanso.outreach.queries import amendments
from doanso.outreach.rules.amendments import NOBODY, SHOP, HelpContent, PlaceContent, SecondContent, VisitContent
from doanso.outreach.tests.visiting import NOBODY as UNNAMED
from doanso.outreach.tests.visiting import SIGNED, Visiting, applied, guest
from doanso.people.actions import withdraw_consent
from doanso.people.models import Contact, Household
from doanso.people.queries import decrypt_field
from doanso.support.actions import confirm_receipt, dispute_receipt
from doanso.support.models import Receipt, SupportRecord
from doanso.sync.actions import take_version
from doanso.sync.models import Record
from doanso.testing import TODAY, Tree

YESTERDAY = TODAY - timedelta(days=1)
Amend = Callable[..., Visit]


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    """Bảy was helped with the portal at 2 Lê Lợi; Út signed as the second."""
    applied(visiting.send(visiting.body()))
    return Visit.objects.get()


@pytest.fixture
def amend(visit: Visit, tree: Tree) -> Amend:
    """Return a function that corrects the visit as the ward's secretary, from its current content."""

    def put(**more: Any) -> Visit:
        actor, reason = more.pop("actor", tree.an), more.pop("reason", "Ghi nhầm")
        current = amendments.amendable_visit(Visit.objects.get(pk=visit.pk))
        version = more.pop("version", current.version)
        details = replace(current.content, **more)
        return amend_visit(actor=actor, visit=visit, content=details, reason=reason, version=version)

    return put


def content_of(visit: Visit) -> VisitContent:
    """Return the visit's current content."""
    return amendments.amendable_visit(Visit.objects.get(pk=visit.pk)).content


def code_of(put: Amend, **more: Any) -> str:
    """Return the code of the refusal; nothing is written."""
    with pytest.raises(Refused) as refused:
        put(**more)
    assert not VisitAmendment.objects.exists()
    return refused.value.problem.code


def confirmed_by_the_person() -> None:
    """Bảy confirms at home, on a phone of their own."""
    receipt = Receipt.objects.get()
    Receipt.objects.update(shown_until=clock.now() - timedelta(hours=1))
    confirm_receipt(receipt_id=receipt.pk, staff_browser=False, device=("own",))
    assert SupportRecord.objects.get(taken_back_at=None).grade == 3


# --- When, and what came of it ------------------------------------------------------------------------------------------


def test_another_day_moves_the_visit_its_pair_and_its_helps(amend: Amend, visit: Visit, visiting: Visiting) -> None:
    amend(happened_on=YESTERDAY, began=time(9, 30), ended=time(9, 45))
    visit.refresh_from_db()
    assert (visit.happened_on, visit.paired) == (YESTERDAY, True)
    assert clock.local(visit.began_at).strftime("%d %H:%M") == "11 09:30"
    assert clock.local(visit.ended_at).strftime("%d %H:%M") == "11 09:45"
    old, new = SupportRecord.objects.order_by("recorded_at", "pk")
    assert (old.taken_back_at is None, new.corrects_id, new.happened_on) == (False, old.pk, YESTERDAY)
    assert visiting.outing.figure("portal-residents", on=YESTERDAY) == 1


def test_a_closed_day_stays_as_it_was_and_the_correction_is_dated(
    amend: Amend, visiting: Visiting, business_day: Any
) -> None:
    book = visiting.outing.book
    before = Entry.objects.count()
    business_day(date(2023, 12, 5))
    close_period(book_id=book.pk, unit=visiting.outing.ward, last_day=date(2023, 11, 30))
    closed = visiting.outing.figure("portal-residents", on=date(2023, 11, 30))

    amend(outcome="not-home", helps=())
    assert visiting.outing.figure("portal-residents", on=date(2023, 11, 30)) == closed == 1
    assert visiting.outing.figure("portal-residents", on=date(2023, 12, 5)) == 0
    assert Entry.objects.count() > before
    assert list(recount()) == []


def test_another_outcome_takes_its_helps_back_and_the_door_follows(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    amend(outcome="follow-up", follow_up_on=TODAY + timedelta(days=3), helps=())
    visit.refresh_from_db()
    assert visit.outcome == "follow-up"
    door = visiting.outing.doors[0]
    door.refresh_from_db()
    assert (door.outcome, door.follow_up_on) == ("follow-up", TODAY + timedelta(days=3))
    assert visiting.outing.figure("portal-residents") == 0


def test_what_contradicts_itself_is_refused(amend: Amend) -> None:
    assert code_of(amend, outcome="not-home") == "nobody_to_name"
    assert code_of(amend, helps=()) == "nothing_done"
    assert code_of(amend, outcome="follow-up") == "follow_up_day"
    assert code_of(amend, happened_on=TODAY + timedelta(days=1)) == "day_ahead"
    assert code_of(amend, began=time(6), ended=time(19)) == "too_long_there"


# --- Who ----------------------------------------------------------------------------------------------------------------


def test_a_name_and_a_number_as_they_were_reported(amend: Amend, visit: Visit, tree: Tree) -> None:
    [person] = content_of(visit).people
    amend(people=(replace(person, name="Nguyễn Văn Bẩy", phone="0909000111"),))
    contact = Contact.objects.get()
    assert (contact.name, contact.folded, decrypt_field(contact, "phone")) == (
        "Nguyễn Văn Bẩy",
        "nguyen van bay",
        "0909000111",
    )
    event = AuditEvent.objects.get(action="outreach.amend", object_kind="people.person")
    assert (event.object_id, event.changed) == (contact.person_id, ["phone", "name"]) or set(event.changed) == {
        "name",
        "phone",
    }


def test_somebody_else_needs_a_consent_of_their_own(amend: Amend, visit: Visit) -> None:
    [person] = content_of(visit).people
    for name in ("Trần Thị Sáu", "Nguyễn Văn Sáu", "Nguyễn Thị Bảy"):
        assert code_of(amend, people=(replace(person, name=name),)) == "another_person"
    assert code_of(amend, people=(replace(person, name="Nguyễn Văn Bảy 0909123456"),)) == "digits_in_words"


def test_a_second_nobody_confirmed_for_leaves_the_pair_short_until_they_do(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    outing = visiting.outing
    amend(second=SecondContent(outing.mates["hoa"].pk))
    visit.refresh_from_db()
    assert (visit.second_name, visit.second_how, visit.paired, bytes(visit.signature_encrypted)) == (
        "Lê Thị Hoa",
        "none",
        False,
        b"",
    )
    support_record = SupportRecord.objects.get()
    assert (support_record.second_helper_name, support_record.grade, support_record.taken_back_at) == ("", 1, None)


def test_their_word_that_waits_already_is_taken(amend: Amend, visit: Visit, visiting: Visiting, tree: Tree) -> None:
    hoa = visiting.outing.mates["hoa"]
    AwaitedConfirmation.objects.create(
        visit_id=visit.pk, teammate=hoa, confirmed_by=tree.binh, confirmed_at=clock.now(), confirmed_on=TODAY
    )
    amend(second=SecondContent(hoa.pk))
    visit.refresh_from_db()
    assert (visit.second_how, visit.paired) == ("sign-in", True)
    assert not AwaitedConfirmation.objects.exists()
    assert SupportRecord.objects.get().second_helper_name == "Lê Thị Hoa"


def test_nobody_came_along_after_all(amend: Amend, visit: Visit) -> None:
    amend(second=SecondContent())
    visit.refresh_from_db()
    assert (visit.second_id, visit.second_name, visit.paired) == (None, "", False)
    assert SupportRecord.objects.get().grade == 1


def test_whoever_confirmed_themselves_stays(amend: Amend, visit: Visit, visiting: Visiting) -> None:
    Visit.objects.filter(pk=visit.pk).update(second_how="card")
    assert code_of(amend, second=SecondContent(visiting.outing.mates["hoa"].pk)) == "second_confirmed"
    Visit.objects.filter(pk=visit.pk).update(second_how="signature")
    assert code_of(amend, second=SecondContent(visiting.outing.mates["lan"].pk)) == "same_person"
    assert code_of(amend, second=SecondContent(None, "bui thi lan", "official")) == "same_person"
    assert code_of(amend, second=SecondContent(visit.pk)) == "mate_unknown"
    tin = visiting.outing.mates["tin"]
    tin.until = TODAY
    tin.save()
    assert code_of(amend, second=SecondContent(tin.pk)) == "mate_unknown"


def test_a_name_spelt_another_way_keeps_its_signature(visiting: Visiting, tree: Tree) -> None:
    applied(visiting.send(visiting.with_second(name="Vo Thi Nam Thu", **SIGNED)))
    visit = Visit.objects.get()
    current = amendments.amendable_visit(visit)
    spelt = replace(current.content, second=SecondContent(None, "Võ Thị Năm Thu", "official"))
    amend_visit(actor=tree.an, visit=visit, content=spelt, reason="Thiếu dấu", version=current.version)
    visit.refresh_from_db()
    assert (visit.second_name, visit.second_how, visit.paired) == ("Võ Thị Năm Thu", "signature", True)
    assert SupportRecord.objects.get().second_helper_name == "Võ Thị Năm Thu"


# --- Helps --------------------------------------------------------------------------------------------------------------


def test_a_help_is_added_to_whoever_agreed_and_to_nobody_by_name(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    [person], [existing] = content_of(visit).people, content_of(visit).helps
    new = HelpContent(None, str(person.contact_id), "payment", "guide", "none", "registered", "no-smartphone")
    amend(helps=(existing, new, replace(new, receiver=NOBODY, before="", after="", obstacle="")))
    assert visiting.outing.figure("portal-residents") == 1
    assert visiting.outing.figure("payment-residents") == 1
    assert SupportRecord.objects.count() == 3
    added = VisitSupportRecord.objects.get(support_record__service="payment", support_record__named=True)
    assert (added.before.code, added.after.code, added.obstacle_id) == ("none", "registered", "no-smartphone")
    # One receipt for the person's day.
    assert Receipt.objects.count() == 1
    assert added.support_record.receipt_id == Receipt.objects.get().pk


def test_another_service_is_another_help_and_other_rungs_are_none(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    [existing] = content_of(visit).helps
    amend(helps=(replace(existing, after="registered"),))
    assert SupportRecord.objects.count() == 1
    assert VisitSupportRecord.objects.get().after.code == "registered"

    amend(helps=(replace(existing, service="payment", after="active"),))
    old, new = SupportRecord.objects.order_by("recorded_at", "pk")
    assert (old.taken_back_at is None, new.service_id, new.receipt_id) == (False, "payment", old.receipt_id)
    assert (visiting.outing.figure("portal-residents"), visiting.outing.figure("payment-residents")) == (0, 1)
    assert VisitSupportRecord.objects.get().after == AdoptionStage.objects.get(service="payment", code="active")
    # Its key stays, so it can be corrected once more, and taken away.
    [now] = content_of(visit).helps
    assert (now.key, now.service) == (existing.key, "payment")
    amend(outcome="had-already", helps=())
    assert not SupportRecord.objects.filter(taken_back_at=None).exists()


def test_what_its_receiver_confirmed_is_not_taken_away_and_falls_when_it_moves(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    confirmed_by_the_person()
    assert code_of(amend, outcome="not-home", helps=()) == "confirmed"

    amend(happened_on=YESTERDAY)
    now = SupportRecord.objects.get(taken_back_at=None)
    assert (now.grade, now.happened_on) == (2, YESTERDAY)
    # The receipt is the same, and confirms the current help.
    confirm_receipt(receipt_id=Receipt.objects.get().pk, staff_browser=False, device=("own",))
    now.refresh_from_db()
    assert now.grade == 3


def test_an_hour_that_is_said_as_before_keeps_its_seconds(amend: Amend, visit: Visit) -> None:
    lasted = visit.ended_at - visit.began_at
    amend(happened_on=YESTERDAY)
    visit.refresh_from_db()
    assert visit.ended_at - visit.began_at == lasted == timedelta(minutes=7, seconds=30)
    amend(began=time(8, 15))
    visit.refresh_from_db()
    assert visit.ended_at - visit.began_at == timedelta(minutes=4, seconds=30)


def test_another_second_leaves_the_persons_own_word(amend: Amend) -> None:
    confirmed_by_the_person()
    amend(second=SecondContent())
    assert SupportRecord.objects.get().grade == 3


def test_a_disputed_help_waits_for_its_decision(amend: Amend, visit: Visit) -> None:
    dispute_receipt(receipt_id=Receipt.objects.get().pk, reason="nobody-came")
    assert code_of(amend, happened_on=YESTERDAY) == "disputed"
    assert code_of(amend, outcome="not-home", helps=()) == "disputed"
    # A change that does not touch it is applied.
    amend(note="Nhà có chó dữ")


def test_nothing_more_is_written_of_whoever_took_their_consent_back(amend: Amend, visit: Visit) -> None:
    [person], [existing] = content_of(visit).people, content_of(visit).helps
    contact = Contact.objects.get()
    withdraw_consent(actor=None, person_id=contact.person_id, purposes=None, channel="screen")
    new = HelpContent(None, str(person.contact_id), "payment", "guide", "", "", "")
    assert code_of(amend, helps=(existing, new)) == "no_consent"


def test_support_records_are_named_once_and_only_of_the_visits_own_people(amend: Amend, visit: Visit) -> None:
    [existing] = content_of(visit).helps
    assert code_of(amend, helps=(existing, replace(existing, key=None))) == "told_twice"
    assert code_of(amend, helps=(existing, replace(existing, key=None, receiver=str(visit.pk)))) == "receiver_unknown"
    assert code_of(amend, helps=(existing, replace(existing, key=visit.pk))) == "help_unknown"
    assert code_of(amend, helps=(existing, replace(existing, key=None, receiver=SHOP))) == "no_business"
    assert code_of(amend, helps=(replace(existing, receiver=NOBODY),)) == "receiver_changed"


def test_an_unnamed_help_moves_and_is_a_time(visiting: Visiting, tree: Tree) -> None:
    helps = guest()["helps"]
    applied(visiting.send(visiting.body(people=[UNNAMED | {"helps": helps}])))
    visit = Visit.objects.get()
    current = amendments.amendable_visit(visit)
    moved = replace(current.content, happened_on=YESTERDAY)
    amend_visit(actor=tree.an, visit=visit, content=moved, reason="Ghi nhầm ngày", version=current.version)
    assert visiting.outing.figure("portal-times", on=YESTERDAY) == 1
    assert visiting.outing.figure("portal-residents") == 0


def test_what_both_of_a_pair_reported_stays_with_the_other(
    amend: Amend, visit: Visit, visiting: Visiting, tree: Tree
) -> None:
    """Each has recorded the visit on a phone of their own; corrected one after the other, it is one help again."""
    applied(visiting.send(visiting.body()))
    amend(happened_on=YESTERDAY)
    assert SupportRecord.objects.filter(taken_back_at=None).count() == 2
    assert visiting.outing.figure("portal-residents") == 1

    other = Visit.objects.exclude(pk=visit.pk).get()
    current = amendments.amendable_visit(other)
    amend_visit(
        actor=tree.an,
        visit=other,
        content=replace(current.content, happened_on=YESTERDAY),
        reason="Ghi nhầm ngày",
        version=current.version,
    )
    [remaining] = SupportRecord.objects.filter(taken_back_at=None)
    assert remaining.happened_on == YESTERDAY
    assert VisitSupportRecord.objects.filter(support_record=remaining).count() == 2


# --- The door -----------------------------------------------------------------------------------------------------------


def test_another_door_of_the_drive_or_a_home_nobody_had_written_down(
    amend: Amend, visit: Visit, visiting: Visiting
) -> None:
    first, second, _third = visiting.outing.doors
    area = visiting.outing.neighbourhood.pk
    amend(place=PlaceContent("4", "Lê Lợi", area))
    visit.refresh_from_db()
    assert (visit.door_id, visit.household_id) == (second.pk, second.household_id)
    for door in (first, second):
        door.refresh_from_db()
    assert ((first.outcome, first.visits), (second.outcome, second.visits)) == (("", 0), ("helped", 1))
    contact = Contact.objects.get()
    assert (contact.household_id, contact.address) == (second.household_id, "4 Lê Lợi")

    amend(place=PlaceContent("46/2", "Nguyễn Trãi", area))
    visit.refresh_from_db()
    assert visit.door_id is None
    assert Household.objects.get(pk=visit.household_id).house_number == "46/2"
    second.refresh_from_db()
    assert (second.outcome, second.visits) == ("", 0)
    assert visiting.outing.figure("portal-residents") == 1
    assert code_of_place(amend) == "place_missing"


def code_of_place(amend: Amend) -> str:
    """A door without a number."""
    with pytest.raises(Refused) as refused:
        amend(place=PlaceContent("", "Lê Lợi", None))
    return refused.value.problem.code


# --- Versions, history, others ------------------------------------------------------------------------------------------


def test_what_stood_before_stays_readable_with_who_and_why(amend: Amend, visit: Visit, tree: Tree) -> None:
    amend(happened_on=YESTERDAY, note="Gặp ở quán đầu hẻm")
    [person] = content_of(visit).people
    amend(people=(replace(person, phone="0909000111"),), reason="Bà đổi số", actor=tree.giang)

    event = AuditEvent.objects.filter(action="outreach.amend", object_kind="outreach.visit").order_by("at").first()
    assert (event.actor_id, event.changed) == (tree.an.pk, ["happened_on", "note"])
    later, earlier = amendments.amendment_rows(tree.an, visit)
    assert (earlier.number, earlier.reason, earlier.note) == (1, "Ghi nhầm", "Gặp ở quán đầu hẻm")
    assert earlier.before == [("Ngày", "12/11/2023"), ("Ghi chú", "–")]
    assert (later.number, later.reason) == (2, "Bà đổi số")
    assert later.before == [("Người được giúp", "Nguyễn Văn Bảy")]
    amendment = VisitAmendment.objects.get(number=2)
    assert "Bảy".encode() not in bytes(amendment.before_encrypted)
    # An inspector reads that it changed, and nobody's name.
    assert next(version.before for version in amendments.amendment_rows(tree.hanh, visit)) == [("Người được giúp", "…")]


def test_somebody_elses_change_meanwhile_is_a_conflict(amend: Amend, visit: Visit, tree: Tree) -> None:
    version = amendments.amendable_visit(visit).version
    amend(note="Lần một")
    with pytest.raises(Refused) as refused:
        amend(note="Lần hai", version=version)
    assert refused.value.problem.code == "changed_meanwhile"
    assert VisitAmendment.objects.count() == 1

    version = amendments.amendable_visit(visit).version
    confirmed_by_the_person()
    with pytest.raises(Refused) as refused:
        amend(happened_on=YESTERDAY, version=version)
    assert refused.value.problem.code == "changed_meanwhile"


def test_it_needs_a_reason_a_change_and_a_visit_that_stands(amend: Amend, visit: Visit, tree: Tree) -> None:
    assert code_of(amend, note="x", reason=" ") == "reason_missing"
    assert code_of(amend, note="x", reason="Gọi 0909123456") == "digits_in_words"
    assert code_of(amend) == "nothing_changed"
    take_back_visit(actor=tree.an, visit=visit, reason="Ghi hai lần")
    assert code_of(amend, note="x") == "taken_back"


@pytest.mark.parametrize("name", ["lan", "binh", "chi", "hanh", "khoa"])
def test_nobody_but_the_wards_officers_puts_it_right(amend: Amend, tree: Tree, name: str) -> None:
    with pytest.raises(PermissionDenied):
        amend(note="x", actor=tree.users[name])
    assert not VisitAmendment.objects.exists()


def test_a_phones_later_version_waits_for_an_officer(visiting: Visiting, tree: Tree) -> None:
    first = visiting.record(visiting.body())
    visiting.deliver(first)
    visit = Visit.objects.get()
    current = amendments.amendable_visit(visit)
    amend_visit(
        actor=tree.an,
        visit=visit,
        content=replace(current.content, happened_on=YESTERDAY),
        reason="Ghi nhầm ngày",
        version=current.version,
    )
    later = visiting.record(visiting.body(outcome="not-home", people=[]), of=first["id"], base=first["hash"])
    [ack] = visiting.deliver(later)
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "amended")
    visit.refresh_from_db()
    assert (visit.outcome, visit.happened_on) == ("helped", YESTERDAY)

    take_version(actor=tree.an, seq=Record.objects.get(state="refused").seq, reason="Máy ghi đúng")
    visit.refresh_from_db()
    assert (visit.outcome, visit.happened_on) == ("not-home", TODAY)
    assert visiting.outing.figure("portal-residents") == 0


def test_erasing_somebody_empties_what_the_versions_said(amend: Amend, visit: Visit) -> None:
    from doanso.outreach import personal

    amend(note="Bà Bảy dặn gọi trước")
    amendment = VisitAmendment.objects.get()
    assert (amendment.note, amendment.reason, bytes(amendment.before_encrypted)) != ("", "–", b"")
    Visit.objects.filter(pk=visit.pk).update(taken_back_at=clock.now(), taken_back_reason="Bà Bảy không có nhà")
    personal.erase([UUID(str(Contact.objects.get().person_id))])
    amendment.refresh_from_db()
    assert (amendment.note, amendment.reason, bytes(amendment.before_encrypted)) == ("", "–", b"")
    assert Visit.objects.get().taken_back_reason == "–"


def test_the_second_still_confirms_a_visit_that_was_put_right(
    amend: Amend, visit: Visit, visiting: Visiting, tree: Tree
) -> None:
    hoa = visiting.outing.mates["hoa"]
    hoa.user = tree.binh
    hoa.save()
    amend(second=SecondContent(hoa.pk), happened_on=YESTERDAY)

    class ConfirmationRecord:
        content = (visit.pk, hoa.pk)

    assert confirm_visits(actor=tree.binh, unit=tree.units["p4-kp1"], records=[ConfirmationRecord()]) == [None]  # type: ignore[list-item]
    visit.refresh_from_db()
    assert (visit.second_how, visit.paired) == ("sign-in", True)
    assert SupportRecord.objects.get(taken_back_at=None).grade == 2
    assert list(recount()) == []
