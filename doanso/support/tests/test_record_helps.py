"""Recording help: counted once, idempotent, and by name only with consent."""

from datetime import date, timedelta
from hashlib import sha256

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.models import Consent, Person
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.support.actions.record_planning import helper_columns
from doanso.support.models import Receipt, SupportRecord
from doanso.support.queries import claim_states
from doanso.support.tests.conftest import key_of, record_input, shop
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
_LETTERS = str.maketrans("0123456789", "ghiklmnopq")


def test_a_help_is_written_counted_consented_and_in_the_history(ward):
    [support_record] = ward.support_record(record_input())

    assert (support_record.service_id, support_record.grade, support_record.source, support_record.named) == (
        "portal",
        1,
        "office",
        True,
    )
    assert (ward.figure(), ward.figure(unit="p4"), ward.figure(unit="p5")) == (1, 1, 0)
    assert Consent.objects.get().purpose == "support"
    assert AuditEvent.objects.get(action="support.record").object_id == support_record.pk
    assert Receipt.objects.get(pk=support_record.receipt_id).code_lookup != ""


def test_a_pair_of_two_kinds_is_grade_2_and_two_of_one_kind_is_not(ward):
    pair, two = ward.support_record(
        record_input(second=Helper("Võ Thị Năm", "official")),
        record_input("Lê Thị Sáu", second=Helper("Lê Minh", "youth")),
    )

    assert (pair.grade, two.grade) == (2, 1)


def test_the_same_input_again_is_the_same_support_record(ward):
    [first] = ward.support_record(record_input())
    again = record_helps(
        actor=ward.tree.an, unit=ward.tree.units["p4"], entries=[record_input(helper=Helper("Ai Khác")), record_input()]
    )

    assert [(result.support_record_id, result.receipt_id, result.is_known) for result in again] == [
        (first.pk, first.receipt_id, True)
    ] * 2
    assert (SupportRecord.objects.count(), Person.objects.count(), ward.figure("portal-times")) == (1, 1, 1)


def test_twice_in_one_lot_is_once(ward):
    first, second = ward.support_record(record_input(), record_input())

    assert first.pk == second.pk
    assert ward.figure() == 1


def test_services_of_one_day_share_a_slip_and_another_day_has_its_own(ward):
    portal, payment, later = ward.support_record(
        record_input(), record_input(service="payment"), record_input(happened_on=TODAY - timedelta(days=1))
    )
    [vneid] = ward.support_record(record_input(service="vneid"))

    assert portal.receipt_id == payment.receipt_id == vneid.receipt_id
    assert later.receipt_id != portal.receipt_id


def test_services_of_one_person_in_one_report_need_neither_phone_nor_place(ward):
    first = record_input(phone="")
    ward.support_record(first, first._replace(service="payment"))

    assert Person.objects.count() == 1


def test_a_known_key_with_equal_content_does_nothing_and_with_other_content_is_refused(ward):
    [first] = ward.support_record(record_input(source_id=key_of(7)))
    [again] = ward.support_record(record_input(source_id=key_of(7)))
    with pytest.raises(Refused) as refused:
        ward.support_record(record_input(source_id=key_of(7), service="payment"))

    assert first.pk == again.pk == key_of(7)
    assert refused.value.problem.code == "source_conflict"
    assert SupportRecord.objects.count() == 1


def test_the_same_resident_of_two_wards_is_one_person_and_two_times(ward):
    ward.support_record(record_input(phone="0912345678"))
    [second] = record_helps(
        actor=ward.tree.chi,
        unit=ward.tree.units["p5"],
        entries=[record_input(phone="0912345678", happened_on=TODAY - timedelta(days=30))],
    )

    assert second.known_elsewhere
    assert (ward.figure(), ward.figure(unit="p4"), ward.figure(unit="p5")) == (1, 1, 0)
    assert ward.figure("portal-times") == 2


def test_whoever_does_not_want_to_be_named_is_a_time_and_nothing_else(ward):
    [support_record] = ward.support_record(
        SupportRecordInput(service="portal", happened_on=TODAY, helper=Helper("Trần Gia Huy"))
    )

    assert (support_record.named, support_record.person_id, support_record.contact_id, support_record.receipt_id) == (
        False,
        None,
        None,
        None,
    )
    assert Person.objects.count() == 0
    assert (ward.figure(), ward.figure("portal-times")) == (0, 1)


@pytest.mark.parametrize(
    "consent", [None, ConsentInput((), "paper", "2023-09"), ConsentInput(("recheck",), "paper", "2023-09")]
)
def test_nobody_is_named_without_their_consent(ward, consent):
    with pytest.raises(Refused) as refused:
        ward.support_record(record_input(consent=consent))

    assert refused.value.problem.code == "no_consent"
    assert Person.objects.count() == 0


def test_a_child_needs_a_guardian(ward):
    with pytest.raises(Refused) as refused:
        ward.support_record(record_input(year=2012))
    ward.support_record(
        record_input(year=2012, consent=ConsentInput(("support",), "paper", "2023-09", "Nguyễn Văn Cha"))
    )

    assert refused.value.problem.code == "guardian_needed"


def test_a_shop_is_not_its_owner(ward):
    ward.support_record(shop(phone="0912345678"), record_input(phone="0912345678", service="payment"))

    assert (ward.figure("payment-shops"), ward.figure("payment-residents")) == (1, 1)


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        (record_input(happened_on=TODAY + timedelta(days=1)), "day_ahead"),
        (record_input(happened_on=date(1999, 1, 1)), "day_too_early"),
        (record_input(service="tarot"), "service_unknown"),
        (record_input(helper=Helper("Huy 0912345678")), "digits_in_name"),
        (record_input("Bảy 082051001234"), "digits_in_name"),
        (shop("STK 0123 4567 8901"), "digits_in_name"),
        (shop("<b>Hoa</b>"), "name_brackets"),
        (record_input("=1+1"), "name_formula"),
        (record_input(helper=Helper("Võ Văn Năm"), second=Helper("VO VAN NAM", "official")), "same_helper"),
        (record_input("Võ Văn Năm", helper=Helper("Võ Văn Năm")), "helped_self"),
        (record_input("Võ Văn Năm", helper=Helper("Huy"), second=Helper("Võ văn Năm", "official")), "helped_self"),
        (record_input(helper=Helper("Huy\u202e")), "name_hidden_letters"),
        (record_input(second=Helper("https://x.vn", "official")), "name_link"),
        (record_input(year=2012, consent=ConsentInput(("support",), "paper", "2023-09", "Cha <i>")), "name_brackets"),
    ],
)
def test_what_is_not_right_refuses_the_whole_lot(ward, entry, code):
    with pytest.raises(Refused) as refused:
        ward.support_record(record_input("Lê Thị Sáu"), entry)

    assert refused.value.problem.code == code
    assert (SupportRecord.objects.count(), Person.objects.count()) == (0, 0)


def test_a_member_is_no_resident(ward, register):
    [support_record] = ward.support_record(record_input("Nguyễn Hoàng Đức", 2001, phone="0912345678"))

    assert support_record.person_id == register.duc.person_id
    assert claim_states([support_record]) == {support_record.pk: "member"}
    assert (ward.figure(), ward.figure("portal-times")) == (0, 1)


def test_two_people_of_one_name_are_recorded_where_somebody_said_so(ward):
    [support_record] = ward.support_record(record_input("Võ Văn Năm", helper=Helper("Võ Văn Năm"), namesakes=True))

    assert SupportRecord.objects.get() == support_record


@pytest.mark.parametrize(
    ("helper", "second", "grade"),
    [
        (Helper("Nguyễn Văn Hùng"), Helper("Nguyễn Văn Hưng", "official"), 2),
        (Helper("Lê Thị Hoa"), Helper("Lê Thị Hòa", "official"), 2),
        (Helper("Nguyễn Văn Hùng"), Helper("Nguyễn Văn Hùng", "official", apart=True), 2),
        (Helper("Nguyễn Văn Hùng"), Helper("Nguyễn Văn Hùng", "official"), 1),
        (Helper("Nguyễn Văn Hùng"), Helper("NGUYEN VAN HUNG", "official"), 1),
        (Helper("Hùng", "youth", key_of(1)), Helper("Hưng", "official", key_of(1), apart=True), 1),
    ],
)
def test_two_people_are_a_pair_and_one_under_two_spellings_is_none(helper, second, grade):
    assert helper_columns(helper, second)["grade"] == grade


def test_one_member_under_two_names_is_no_pair(ward, register):
    duc = register.duc.pk
    with pytest.raises(Refused) as refused:
        ward.support_record(
            record_input(helper=Helper("Đức", "youth", duc), second=Helper("Nguyễn Hoàng Đức", "official", duc))
        )

    assert refused.value.problem.code == "same_helper"


def test_a_ward_records_for_itself_alone(ward):
    with pytest.raises(PermissionDenied):
        record_helps(actor=ward.tree.an, unit=ward.tree.units["p5"], entries=[record_input()])
    with pytest.raises(PermissionDenied):
        record_helps(actor=ward.tree.hanh, unit=ward.tree.units["p4"], entries=[record_input()])


def test_a_branch_records_into_its_wards_contacts(ward):
    [branch_result] = record_helps(actor=ward.tree.binh, unit=ward.tree.units["p4-kp1"], entries=[record_input()])
    [ward_result] = record_helps(
        actor=ward.tree.an, unit=ward.tree.units["p4"], entries=[record_input(happened_on=TODAY - timedelta(days=1))]
    )

    first, second = (
        SupportRecord.objects.get(pk=branch_result.support_record_id),
        SupportRecord.objects.get(pk=ward_result.support_record_id),
    )
    assert first.contact_id == second.contact_id
    assert first.contact.unit == ward.tree.units["p4"]
    assert (ward.figure(), ward.figure(unit="p4-kp1")) == (1, 1)


def test_a_hundred_take_as_many_statements_as_ten(ward):
    def statements(first: int, count: int) -> int:
        entries = [
            record_input(
                f"Nguyễn {sha256(str(place).encode()).hexdigest()[:12].translate(_LETTERS)}", 1940 + place % 40
            )
            for place in range(first, first + count)
        ]
        # Every batch contains a known person, on another day.
        entries.append(record_input("Lê Thị Sáu", happened_on=TODAY - timedelta(days=count)))
        with CaptureQueriesContext(connection) as caught:
            record_helps(actor=ward.tree.an, unit=ward.tree.units["p4"], entries=entries)
        return len(caught)

    ward.support_record(record_input("Lê Thị Sáu"))
    assert statements(0, 10) == statements(10, 90)


def test_recount_finds_nothing_to_say(ward):
    ward.support_record(record_input(), record_input("Lê Thị Sáu", happened_on=TODAY - timedelta(days=3)), shop())
    ward.support_record(record_input(), SupportRecordInput(service="portal", happened_on=TODAY), unit="p5")

    assert list(recount()) == []
