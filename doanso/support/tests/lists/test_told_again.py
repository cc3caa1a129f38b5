"""A list imported again, or stated by two wards: each record once, each person once."""

import unicodedata
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.imports.models import AppliedRow
from doanso.ledger.recount import recount
from doanso.people.models import Contact, Person
from doanso.support.actions import take_back_help
from doanso.support.models import SupportRecord
from doanso.support.personal import erase
from doanso.support.tests.lists.rows import codes, counts, line


def test_the_same_list_again_changes_nothing(bring):
    rows = [
        line("Nguyễn Văn Bảy"),
        line("Lê Thị Hoa", 1960, None, None),
        line("Trần Ba", None, None, None),
        line("Phan Tư", 1970, None, None, consent=None),
    ]
    _job, first = bring(*rows)
    support_records = SupportRecord.objects.count()

    _job, again = bring(*rows)

    assert (counts(first), support_records) == ([3, 0, 3, 0, 1], 3)
    assert counts(again)[:3] == [0, 3, 0]
    assert (SupportRecord.objects.count(), Person.objects.count()) == (3, 3)


def test_spelled_otherwise_it_is_the_same_help(bring):
    bring(line("Lê Thị Hoà", 1960))
    decomposed = unicodedata.normalize("NFD", "LÊ THỊ HÒA")

    _job, report = bring(line(decomposed, "1960", "+84 912 345 678", "kp1", "DVC", date(2023, 11, 1)))

    assert counts(report) == [0, 1, 0, 1, 0]


def test_one_resident_in_two_wards_is_one_person_and_two_times(bring, ward):
    bring(line("Nguyễn Văn Bảy"))

    _job, report = bring(line("Nguyễn Văn Bảy", day="05/11/2023"), unit="p5")

    assert counts(report) == [1, 0, 0, 1, 0]
    assert (Person.objects.count(), Contact.objects.count(), SupportRecord.objects.count()) == (1, 2, 2)
    assert (ward.figure(), ward.figure("portal-times")) == (1, 2)
    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (1, 0)


def test_the_same_row_twice_in_a_file_is_one_help(bring):
    _job, report = bring(line("Nguyễn Văn Bảy"), line("NGUYỄN VĂN BẢY"))

    assert counts(report)[:2] == [1, 1]
    assert codes(report, "warnings") == [(3, "double_row")]
    assert SupportRecord.objects.count() == 1


def test_a_help_taken_back_is_not_brought_back_by_the_list(bring, ward):
    bring(line("Nguyễn Văn Bảy"))
    take_back_help(actor=ward.tree.an, support_record_id=SupportRecord.objects.get().pk)

    _job, report = bring(line("Nguyễn Văn Bảy"))

    assert counts(report)[:2] == [0, 1]
    assert ward.figure() == 0


def test_of_somebody_erased_no_list_leads_to_the_help(bring, ward):
    bring(line("Nguyễn Văn Bảy"), line("Lê Hoa", 1960, "0912345679"))
    assert AppliedRow.objects.count() == 2

    erase([Person.objects.get(contacts__name="Nguyễn Văn Bảy").pk])

    assert (AppliedRow.objects.count(), SupportRecord.objects.count()) == (1, 2)


NAMES = st.sampled_from(["Nguyễn Văn Bảy", "NGUYỄN VĂN BẢY", "Lê Thị Hoà", "Lê Thị Hòa", "Trần Ba"])
ROWS = st.builds(
    line,
    NAMES,
    st.sampled_from([1951, "1951", 1960, None]),
    st.sampled_from(["0912345678", "84912345679", None]),
    st.sampled_from(["1", "KP 2", None]),
    st.sampled_from(["DVC", "VNeID, thanh toán"]),
    st.sampled_from(["01/11/2023", "2/11/2023"]),
    consent=st.sampled_from(["x", "đồng ý", None]),
)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=8), again=st.randoms(use_true_random=False))
def test_whatever_a_list_says_twice_is_recorded_once(bring, rows, again):
    # Without an atomic block: a file is never stored inside one. An example that hypothesis gives up midway is undone too.
    before = transaction.savepoint_create()
    try:
        bring(*rows)
        support_records, people = SupportRecord.objects.count(), Person.objects.count()

        _job, report = bring(*rows)
        assert (report["created"], SupportRecord.objects.count(), Person.objects.count()) == (
            0,
            support_records,
            people,
        )

        shuffled = list(rows)
        again.shuffle(shuffled)
        bring(*shuffled)
        assert (SupportRecord.objects.count(), Person.objects.count()) == (support_records, people)
        assert list(recount()) == []
    finally:
        transaction.savepoint_rollback(before)
