"""Erasing somebody who asks for it: what is refused, and what stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.imports.actions import cancel_import, forget_resolved, run_import
from doanso.imports.actions.lifecycle import KEPT_FOR
from doanso.imports.models import Import
from doanso.ledger.models import Subject
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.members.actions import end_membership
from doanso.members.models import Member
from doanso.members.tests.workbooks import row, simple
from doanso.people import ports
from doanso.people.actions import (
    Particulars,
    PersonConsent,
    decline_request,
    erase_person,
    give_consents,
    link_sign_in,
    locking,
    open_request,
    requests,
    resolve_duplicate,
    resolve_request,
    undo_merge,
)
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.models import Consent, Contact, Duplicate, Merge, Person, Request
from doanso.people.queries import agreed_purposes
from doanso.testing import TODAY, TREE_BEGAN


@pytest.fixture
def asks(tree):
    """A person of ward 4 asks to be erased."""

    def ask(person_id, kind="erase"):
        return open_request(actor=tree.an, person_id=person_id, unit_id=tree.units["p4"].pk, kind=kind, channel="paper")

    return ask


def agree(tree, met, *purposes):
    consent = PersonConsent(met.person_id, tree.units["p4"].pk, purposes, "paper", "2023-09", TODAY)
    with transaction.atomic():
        give_consents(actor=tree.an, entries=[consent])


def code_of(refused):
    return refused.value.problem.code


def test_nothing_of_the_person_stays_but_the_row(tree, meet, asks):
    met = meet("p4")
    erase_person(actor=tree.an, request=asks(met.person_id))

    contact = Contact.objects.get()
    assert (contact.name, contact.phone_lookup, bytes(contact.phone_encrypted), contact.birth_year) == (
        "",
        "",
        b"",
        None,
    )
    assert Person.objects.get().erased_at is not None
    assert Request.objects.get().state == "settled"
    assert AuditEvent.objects.filter(action="people.erase", object_id=met.person_id).count() == 1


def test_every_app_locks_before_any_erases(tree, meet, asks, monkeypatch):
    calls = []
    for name, lock_class in (("late", "rows of cashless.shop"), ("early", "referrals.slots")):
        records = ports.PersonalRecords(
            name,
            copy=lambda _ids: (),
            erase=lambda _ids, name=name: calls.append(f"{name} erases"),
            lock=ports.ErasureLock(lock_class, lambda _ids, name=name: calls.append(f"{name} locks")),
        )
        monkeypatch.setitem(ports.registered_records, name, records)
    erase_person(actor=tree.an, request=asks(meet("p4").person_id))
    assert calls == ["early locks", "late locks", "early erases", "late erases"]


@pytest.mark.parametrize(("kind", "act"), [("erase", erase_person), ("withdraw", resolve_request)])
def test_a_name_that_is_corrected_meanwhile_is_not_locked_in_a_second_lot(tree, meet, asks, monkeypatch, kind, act):
    request = asks(meet("p4").person_id, kind=kind)

    def corrected_before(**arguments):
        Contact.objects.update(name="Nguyễn Thị Mận", folded="nguyen thi man")
        return erase_everywhere(**arguments)

    monkeypatch.setattr(requests, "erase_everywhere", corrected_before)
    with pytest.raises(Refused) as refused:
        act(actor=tree.an, request=request)
    assert code_of(refused) == "corrected_meanwhile"
    assert Contact.objects.get().name == "Nguyễn Thị Mai"


def test_a_declined_request_is_refused_also_where_a_later_one_waits(tree, meet, asks):
    person_id = meet("p4").person_id
    request = asks(person_id)
    decline_request(actor=tree.an, request=request, reason="Không đúng người")
    asks(person_id, kind="copy")

    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "request_settled"


def test_the_same_person_reported_again_is_a_new_one(tree, meet, asks):
    met = meet("p4")
    erase_person(actor=tree.an, request=asks(met.person_id))
    again = meet("p4")

    assert again.is_new
    assert not again.doubtful
    assert again.person_id != met.person_id


def test_whoever_was_merged_goes_along_and_the_merge_is_final(tree, twins, asks):
    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    erase_person(actor=tree.dung, request=asks(twins[1].person_id))

    assert not Person.objects.filter(erased_at=None).exists()
    assert not Contact.objects.exclude(name="").exists()
    assert not Duplicate.objects.exists()
    assert set(Subject.objects.values_list("ref", flat=True)) <= {None}
    with pytest.raises(Refused):
        undo_merge(actor=tree.dung, merge=Merge.objects.get())


def test_what_other_units_keep_is_erased_by_the_city(tree, meet, asks):
    met = meet("p4")
    meet("p5")
    request = asks(met.person_id)

    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "city_settles"
    with pytest.raises(PermissionDenied):
        erase_person(actor=tree.chi, request=request)
    erase_person(actor=tree.dung, request=request)
    assert not Contact.objects.exclude(name="").exists()


def test_an_active_member_is_refused_and_a_former_one_is_not(tree, meet, asks, admit_resident):
    met = meet("p4")
    member = admit_resident(met, "p4-kp1")
    request = asks(met.person_id)

    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "active_member"
    assert Contact.objects.get().name == "Nguyễn Thị Mai"

    end_membership(actor=tree.an, member=member, state="grown-out", on=TODAY)
    erase_person(actor=tree.an, request=request)
    assert Member.objects.get().contact.name == ""


def test_an_office_holder_ends_the_role_first(tree, meet, asks):
    met = meet("p4")
    link_sign_in(person=Person.objects.get(pk=met.person_id), user=tree.binh)
    request = asks(met.person_id)

    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "holds_a_role"

    RoleAssignment.objects.filter(user=tree.binh).update(until=TODAY)
    erase_person(actor=tree.an, request=request)
    tree.binh.refresh_from_db()
    assert (tree.binh.display_name, tree.binh.folded, tree.binh.is_active) == ("", "", False)
    assert Person.objects.get().user is None


def test_a_list_that_names_the_person_is_resolved_first_and_then_destroyed(tree, meet, asks, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    path = simple(tmp_path / "a.xlsx", row(1, "Nguyễn Thị Mai", "01/02/1999", "Nữ"))
    other = simple(tmp_path / "b.xlsx", row(1, "Trần Văn Khác", "01/02/1999"))
    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=path, dry_run=True)
    kept_import = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=other)
    request = asks(meet("p4").person_id)

    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "list_not_settled"

    cancel_import(actor=tree.an, job=job)
    erase_person(actor=tree.an, request=request)
    destroyed_at = dict(Import.objects.values_list("pk", "file__key__destroyed_at"))
    assert destroyed_at[job.pk] is not None
    assert destroyed_at[kept_import.pk] is None
    assert not job.rows.exists()


def test_a_list_whose_rows_went_long_ago_keeps_no_name_in_its_own(tree, meet, asks, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    unit, jobs = tree.units["p4"], []
    for name in ("Nguyễn Thị Mai", "Nguyễn Thị Mai Anh", "Trần Văn Khác"):
        path = simple(tmp_path / f"{name}.xlsx", row(1, "Trần Văn Khác", "01/02/1999"))
        jobs.append(run_import(actor=tree.an, kind="members", unit=unit, path=path, dry_run=True))
        cancel_import(actor=tree.an, job=jobs[-1])
    Import.objects.update(stepped_at=clock.now() - KEPT_FOR - timedelta(days=1))
    Import.objects.filter(pk=jobs[2].pk).update(problem_message="Dòng 1: “Nguyễn Thị Mai” thiếu ngày sinh")
    assert forget_resolved() == 3
    erase_person(actor=tree.an, request=asks(meet("p4").person_id))
    kept = Import.objects.order_by("pk").values_list("file__name", "problem_message")
    # The second one may be about the same person.
    assert list(kept) == [("", ""), ("", ""), ("", "")]


def test_only_who_asked_for_it_is_erased(tree, meet, asks):
    request = asks(meet("p4").person_id, kind="copy")
    with pytest.raises(Refused) as refused:
        erase_person(actor=tree.an, request=request)
    assert code_of(refused) == "not_asked_to_erase"
    assert Contact.objects.get().name == "Nguyễn Thị Mai"


def test_other_requests_of_the_person_end_with_it(tree, meet, asks):
    met = meet("p4")
    copy = asks(met.person_id, kind="copy")
    erase_person(actor=tree.an, request=asks(met.person_id))
    copy.refresh_from_db()
    assert copy.state == "settled"


def test_a_namesake_stays(tree, meet, asks):
    met = meet("p4")
    other = meet("p4", Particulars("Nguyễn Thị Mai", birth_year=1990, phone="0977000111", address="5 Hùng Vương"))
    erase_person(actor=tree.an, request=asks(met.person_id))

    assert Contact.objects.get(pk=other.contact_id).name == "Nguyễn Thị Mai"
    assert Contact.objects.get(pk=other.contact_id).created_at.date() > TREE_BEGAN


def test_whoever_takes_all_consent_back_is_forgotten(tree, meet, asks):
    met = meet("p4")
    agree(tree, met, "support", "recheck")
    request = resolve_request(actor=tree.an, request=asks(met.person_id, kind="withdraw"))

    assert request.state == "settled"
    assert Contact.objects.get().name == ""
    assert Person.objects.get().erased_at is not None
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    events = AuditEvent.objects.filter(object_id=met.person_id, action__in=["people.withdraw_consent", "people.erase"])
    assert list(events.order_by("pk").values_list("action", "changed")) == [
        ("people.withdraw_consent", ["recheck", "support"]),
        ("people.erase", []),
    ]


@pytest.fixture
def consenting(tree, meet):
    """Mai, who agreed to what her ward asked."""
    met = meet("p4")
    consent = PersonConsent(met.person_id, tree.units["p4"].pk, ("support", "recheck"), "paper", "2023-09", TODAY)
    with transaction.atomic():
        give_consents(actor=tree.an, entries=[consent])
    return met


def test_a_withdrawal_of_somebody_who_consented_ends_the_consents_and_the_name(tree, consenting, asks):
    assert Consent.objects.filter(withdrawn_at=None).count() == 2

    request = resolve_request(actor=tree.an, request=asks(consenting.person_id, kind="withdraw"))

    assert request.state == "settled"
    assert set(Consent.objects.values_list("withdrawn_channel", flat=True)) == {"paper"}
    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert Person.objects.get().erased_at is not None
    [withdrawn] = AuditEvent.objects.filter(action="people.withdraw_consent")
    assert (withdrawn.object_id, withdrawn.actor_id) == (consenting.person_id, tree.an.pk)


def test_a_member_who_consented_and_withdraws_keeps_the_name_without_the_consents(
    tree, consenting, asks, admit_resident
):
    admit_resident(consenting, "p4-kp1")
    resolve_request(actor=tree.an, request=asks(consenting.person_id, kind="withdraw"))

    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert Contact.objects.get().name == "Nguyễn Thị Mai"


@pytest.mark.parametrize(("kind", "settle"), [("erase", erase_person), ("withdraw", resolve_request)])
def test_the_names_of_a_person_are_locked_once(tree, consenting, asks, monkeypatch, kind, settle):
    """A name corrected in between would be locked after the person, against the order of actions that write people down."""
    locked = []
    lock_names = locking.lock_names
    monkeypatch.setattr(
        locking, "lock_names", lambda names, **named: (locked.append(set(names)), lock_names(names, **named))
    )
    settle(actor=tree.an, request=asks(consenting.person_id, kind=kind))

    assert locked == [{("nguyen thi mai", 1958)}]


def test_a_member_who_takes_consent_back_stays_in_the_register(tree, meet, asks, admit_resident):
    met = meet("p4")
    agree(tree, met, "support", "recheck")
    admit_resident(met, "p4-kp1")
    resolve_request(actor=tree.an, request=asks(met.person_id, kind="withdraw"))

    assert Contact.objects.get().name == "Nguyễn Thị Mai"
    assert agreed_purposes(met.person_id) == set()


def test_an_objection_ends_the_calls_and_keeps_the_record(tree, meet, asks):
    met = meet("p4")
    agree(tree, met, "publish", "support", "recheck")
    resolve_request(actor=tree.an, request=asks(met.person_id, kind="object"))

    assert agreed_purposes(met.person_id) == {"support"}
    assert Contact.objects.get().name == "Nguyễn Thị Mai"
