"""Numbers: no gap, none twice, none of an earlier day than the last; a secret document has number and day alone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from doanso.audit.models import AuditEvent
from doanso.documents.actions.numbers import (
    begin_series,
    draw_number,
    lock_series,
    note_secret,
    reserve_number,
    set_numbering,
    void_number,
)
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.models import Number, Numbering, NumberState, RegisterKind, Series
from doanso.documents.rules import numbering as rules
from doanso.documents.tests.conftest import TODAY, plan
from doanso.lib.problems import Refused

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

LATER = date(2023, 12, 1)


def reserve(office, kind="plan", dated=TODAY, profile="doan", by=None, unit="p4"):
    return reserve_number(
        actor=by or office.mai,
        unit=office.tree.units[unit],
        profile=profile,
        kind=kind,
        dated=dated,
        reason="Giữ cho kế hoạch tháng Thanh niên",
    )


def numbering(office, **overrides) -> Numbering:
    values = {"profile": "doan", "scope": "all", "actor": office.an, "unit": office.unit}
    return set_numbering(**(values | overrides))


def book(office, **overrides) -> dict:
    """Return the arguments of ward 4's paper book of plans."""
    return {"actor": office.an, "unit": office.unit, "profile": "doan", "kind": "plan", "dated": TODAY} | overrides


def test_the_union_numbers_each_kind_by_itself_through_a_term(office):
    values = [(reserve(office, kind).value, kind) for kind in ("plan", "report", "plan", "report", "plan")]

    assert values == [(1, "plan"), (1, "report"), (2, "plan"), (2, "report"), (3, "plan")]
    assert set(Series.objects.values_list("kind", "era")) == {("plan", "2022-2027"), ("report", "2022-2027")}


def test_the_state_numbers_all_kinds_together_year_by_year(office, business_day):
    assert [reserve(office, kind, profile="nd30").value for kind in ("plan", "report", "letter")] == [1, 2, 3]
    business_day(date(2024, 1, 2))
    assert reserve(office, "report", date(2024, 1, 2), profile="nd30").value == 1
    assert set(Series.objects.values_list("kind", "era")) == {("", "2023"), ("", "2024")}


def test_a_unit_says_otherwise_from_a_day_on_and_numbers_go_on_from_the_highest(office, business_day):
    assert [reserve(office, kind).value for kind in ("plan", "report", "plan")] == [1, 1, 2]
    numbering(office, era="NK XII", since=LATER)
    assert reserve(office).series.era == "2022-2027"
    business_day(LATER)
    numbers = [reserve(office, kind, LATER) for kind in ("report", "plan")]
    assert [(number.value, number.series.kind, number.series.era) for number in numbers] == [
        (4, "", "NK XII"),
        (5, "", "NK XII"),
    ]


def test_a_new_term_of_the_unit_begins_its_numbers_anew(office, business_day):
    reserve(office)
    numbering(office, scope="kind", era="NK XII", since=LATER, new_term=True)
    business_day(LATER)
    assert [reserve(office, kind, LATER).value for kind in ("plan", "report", "plan")] == [1, 1, 2]


def test_who_goes_over_to_calendar_years_within_one_goes_on_and_begins_anew_in_january(office, business_day):
    assert [reserve(office, kind).value for kind in ("plan", "plan", "report")] == [1, 2, 1]
    numbering(office, scope="kind", era="", since=LATER)
    business_day(LATER)
    assert [reserve(office, kind, LATER).value for kind in ("plan", "report")] == [3, 2]
    business_day(date(2024, 1, 2))
    assert reserve(office, "plan", date(2024, 1, 2)).value == 1


def test_who_goes_back_to_the_way_before_goes_on_from_the_highest_number_all_the_same(office, business_day):
    assert [reserve(office, kind).value for kind in ("plan", "report", "plan")] == [1, 1, 2]
    numbering(office, era="2022-2027", since=LATER)
    business_day(LATER)
    assert [reserve(office, kind, LATER).value for kind in ("plan", "report")] == [3, 4]
    after = date(2023, 12, 2)
    numbering(office, scope="kind", era="2022-2027", since=after)
    business_day(after)
    assert [reserve(office, kind, after).value for kind in ("plan", "report", "plan")] == [5, 5, 6]


def test_no_day_before_the_last_number_of_another_series_of_the_era(office, business_day, refused):
    reserve(office)
    numbering(office, era="2022-2027", since=LATER)
    business_day(LATER)
    reserve(office, "report", LATER)
    assert refused(reserve, office=office, dated=TODAY) == "number_back_dated"


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ({"since": TODAY}, "numbering_back_dated",
         "Số theo thể thức này đã cấp đến 12/11/2023. Hãy để cách đánh số mới có hiệu lực từ ngày hôm sau trở đi."),
        ({"new_term": True, "era": " "}, "numbering_term_unnamed",
         "Hãy ghi tên nhiệm kỳ bắt đầu. Số theo năm dương lịch tự bắt đầu lại vào ngày 01 tháng 01."),
        ({"new_term": True, "era": "2022-2027"}, "numbering_term_used",
         "Đã cấp số của “2022-2027”. Hãy đặt tên khác cho nhiệm kỳ mới, hoặc để số chạy tiếp."),
    ],
)  # fmt: skip
def test_a_way_of_numbering_that_would_repeat_numbers_is_refused_with_what_to_do(office, said, code, words):
    reserve(office)
    with pytest.raises(Refused) as caught:
        numbering(office, **({"era": "NK XII", "since": LATER} | said))
    assert (caught.value.problem.code, caught.value.problem.message) == (code, words)
    assert not Numbering.objects.exists()


def test_a_paper_book_that_goes_on_beside_numbers_given_here_is_not_below_them(office, business_day, refused):
    assert [reserve(office).value for _time in range(3)] == [1, 2, 3]
    numbering(office, era="2022-2027", since=LATER)
    business_day(LATER)
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "kind": "report", "dated": LATER}
    assert refused(begin_series, **arguments, last_value=2) == "series_behind"
    begin_series(**arguments, last_value=10)
    begin_series(**arguments, last_value=3)
    assert reserve(office, "report", LATER).value == 4


def test_numbers_of_a_paper_book_are_not_given_again_after_a_change(office):
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "dated": TODAY}
    begin_series(**arguments, kind="plan", last_value=40, last_dated=TODAY - timedelta(days=1))
    numbering(office, era="NK 2022-2027", since=TODAY)
    assert reserve(office, "report").value == 41


def test_a_series_goes_on_from_the_paper_book(office, refused):
    arguments = {"actor": office.an, "unit": office.unit, "profile": "doan", "kind": "plan", "dated": TODAY}
    assert refused(begin_series, **arguments, last_value=-1) == "series_last_value"
    begin_series(**arguments, last_value=127)
    assert reserve(office).value == 128
    assert refused(begin_series, **arguments, last_value=5) == "series_begun"


BOOK_DAY = date(2023, 11, 8)


@pytest.mark.parametrize("way", ["reserve", "paper"])
def test_no_number_bears_a_day_before_the_last_one_of_the_paper_book(office, way):
    begin_series(**book(office), last_value=50, last_dated=BOOK_DAY)

    def number(dated: date) -> int:
        if way == "reserve":
            return reserve(office, dated=dated).value
        return register_paper(actor=office.mai, unit=office.unit, draft=plan(), dated=dated).number.value

    with pytest.raises(Refused) as caught:
        number(BOOK_DAY - timedelta(days=1))

    assert (caught.value.problem.code, caught.value.problem.field) == ("number_back_dated", "dated")
    assert caught.value.problem.message == ("Số gần nhất của dãy này ghi ngày 08/11/2023; không thể ghi ngày sớm hơn.")
    assert not Number.objects.exists()
    assert [number(BOOK_DAY), number(TODAY)] == [51, 52]


def test_a_paper_book_without_its_day_is_of_the_day_on_which_it_was_entered(office, refused):
    begin_series(**book(office), last_value=50)

    assert Series.objects.get().last_dated == TODAY
    assert refused(reserve, office=office, dated=TODAY - timedelta(days=1)) == "number_back_dated"


def test_a_paper_book_that_was_entered_wrongly_is_entered_again_with_its_day(office):
    begin_series(**book(office), last_value=60)
    begin_series(**book(office), last_value=50, last_dated=BOOK_DAY)
    assert reserve(office, dated=BOOK_DAY).value == 51

    begin_series(**book(office, kind="report"), last_value=60)
    begin_series(**book(office, kind="report"), last_value=0)
    assert reserve(office, "report", BOOK_DAY).value == 1


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        (TODAY + timedelta(days=1), "series_day_ahead",
         "Số cuối trong sổ giấy không thể ghi ngày sau hôm nay. Hãy nhập đúng ngày ghi cạnh số đó."),
        (date(2021, 12, 31), "series_day_back",
         ("Số đã được cấp đến ngày 01/01/2022, hoặc đánh lại từ đầu vào ngày đó. "
          "Hãy nhập số cuối trong sổ giấy kể từ ngày đó, kèm ngày của nó.")),
    ],
)  # fmt: skip
def test_the_day_of_a_paper_book_is_neither_ahead_nor_of_a_term_that_is_over(office, day, code, words):
    with pytest.raises(Refused) as caught:
        begin_series(**book(office), last_value=50, last_dated=day)

    problem = caught.value.problem
    assert (problem.code, problem.field, problem.message) == (code, "last_dated", words)
    assert not Series.objects.exists()


def test_a_paper_book_is_not_behind_the_day_of_numbers_given_beside_it(office, business_day, refused):
    reserve(office)
    numbering(office, era="2022-2027", since=LATER)
    business_day(LATER)

    arguments = book(office, kind="report", dated=LATER) | {"last_value": 10}
    assert refused(begin_series, **arguments, last_dated=BOOK_DAY) == "series_day_back"
    begin_series(**arguments, last_dated=TODAY)
    assert refused(reserve, office=office, kind="report", dated=BOOK_DAY) == "number_back_dated"


def test_the_database_keeps_no_series_that_reached_a_number_of_no_day(office):
    begin_series(**book(office), last_value=50)
    with pytest.raises(IntegrityError), transaction.atomic():
        Series.objects.update(last_dated=None)


def test_no_number_bears_a_day_before_the_last_one_or_ahead(office, refused):
    reserve(office, dated=date(2023, 11, 10))
    arguments = {"actor": office.mai, "unit": office.unit, "profile": "doan", "kind": "plan", "reason": "Giữ chỗ"}
    assert refused(reserve_number, **arguments, dated=date(2023, 11, 9)) == "number_back_dated"
    assert refused(reserve_number, **arguments, dated=date(2023, 11, 13)) == "number_ahead"
    assert reserve(office, dated=date(2023, 11, 10)).value == 2
    assert Number.objects.count() == 2


def test_a_number_kept_free_is_given_up_with_a_reason_and_never_given_out_again(office, refused):
    number = reserve(office)
    assert refused(void_number, actor=office.mai, number=number, reason=" ") == "number_reason"
    void_number(actor=office.mai, number=number, reason="Không ban hành nữa")
    again = void_number(actor=office.mai, number=number, reason="Lần nữa")
    assert (again.state, again.reason) == (NumberState.VOID, "Không ban hành nữa")
    assert reserve(office).value == 2
    assert AuditEvent.objects.filter(action="documents.void_number").count() == 1


def test_a_number_of_a_document_is_not_given_up(office, issued, refused):
    assert refused(void_number, actor=office.mai, number=issued.number, reason="Nhầm") == "number_used"


def test_of_a_secret_document_number_and_day_are_noted_in_a_series_of_its_own(office):
    first = note_secret(actor=office.mai, unit=office.unit, dated=TODAY)
    assert (first.value, first.series.direction, first.reason, first.dated) == (1, RegisterKind.SECRET, "", TODAY)
    assert reserve(office).value == 1
    assert note_secret(actor=office.mai, unit=office.unit, dated=TODAY).value == 2


def test_who_does_not_seal_in_the_unit_itself_draws_no_number(office):
    for stranger in (office.tree.chi, office.tree.dung, office.tree.binh, office.tree.hanh):
        with pytest.raises(PermissionDenied):
            reserve(office, by=stranger)
        with pytest.raises(PermissionDenied):
            note_secret(actor=stranger, unit=office.unit, dated=TODAY)
    with pytest.raises(PermissionDenied):
        set_numbering(actor=office.mai, unit=office.unit, profile="doan", scope="all", era="", since=TODAY)
    assert not Number.objects.exists()


def test_the_database_holds_a_number_once(office):
    number = reserve(office)
    with pytest.raises(IntegrityError), transaction.atomic():
        Number.objects.create(
            series=number.series,
            unit=office.unit,
            direction=RegisterKind.OUT,
            value=number.value,
            state=NumberState.USED,
            dated=TODAY,
            drawn_by=office.mai,
            drawn_at=number.drawn_at,
        )


@given(days=st.lists(st.integers(min_value=0, max_value=40), max_size=20))
def test_whatever_days_are_asked_for_numbers_have_no_gap_and_rise_with_the_days(days):
    last: date | None = None
    given_days = []
    for ahead in days:
        dated = date.fromordinal(date(2023, 10, 1).toordinal() + ahead)
        if rules.dated_problem(dated, last, date(2023, 11, 1)) is None:
            given_days.append(dated)
            last = dated
    assert given_days == sorted(given_days)
    assert all(day <= date(2023, 11, 1) for day in given_days)


@pytest.mark.parametrize(
    ("on", "era"),
    [
        (date(2021, 12, 31), "2017-2022"),
        (date(2022, 1, 1), "2022-2027"),
        (date(2026, 12, 31), "2022-2027"),
        (date(2027, 6, 1), "2027-2032"),
    ],
)
def test_a_term_of_the_union_is_five_years(on, era):
    assert rules.era_of(rules.suggest_scheme(True, on), on) == era


def test_a_drawn_number_belongs_to_its_series_lock(office):
    with transaction.atomic():
        series = lock_series(office.unit, RegisterKind.OUT, profile="doan", kind="plan", dated=TODAY)
        numbers = [draw_number(actor=office.mai, series=series, dated=TODAY).value for _time in range(3)]
    assert numbers == [1, 2, 3]
