"""An agreement is made again for the next year: its undertakings are open again, its paper and results stay behind."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions
from doanso.partners.actions import AgreementInput
from doanso.partners.models import Agreement, Undertaking, UndertakingState
from doanso.partners.rules import next_term

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("first", "last", "next_first", "next_last"),
    [
        (date(2023, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2024, 12, 31)),
        (date(2022, 12, 1), date(2023, 11, 30), date(2023, 12, 1), date(2024, 11, 30)),
        (date(2022, 1, 1), date(2023, 12, 31), date(2024, 1, 1), date(2025, 12, 31)),
        (date(2024, 2, 29), date(2024, 6, 30), date(2025, 2, 28), date(2025, 6, 30)),
    ],
)
def test_a_term_is_the_same_days_of_the_next_year_that_begins_after_it(first, last, next_first, next_last):
    assert next_term(first, last) == {"valid_from": next_first, "valid_until": next_last}


@pytest.fixture
def year(partnership):
    """An agreement of 2023 with an undertaking that was kept in part and one that was dropped."""
    partnership.year = partnership.agree(title="Thỏa thuận 2023", number="05/TTHT-2023", signed_on=date(2023, 1, 1))
    partnership.courses = partnership.undertake(agreement_id=partnership.year.pk, due_on=date(2023, 10, 20))
    partnership.prizes = partnership.undertake(agreement_id=partnership.year.pk, text="Quà", quantity=None)
    for undertaking, state in ((partnership.courses, "partly"), (partnership.prizes, "dropped")):
        actions.complete_undertaking(
            actor=partnership.tree.an, undertaking=undertaking, read=1, state=state, done_quantity=1, note="Thiếu phòng"
        )
    return partnership


def repeat(year, *, by=None, key=None, **changes) -> Agreement:
    values = {"title": "Thỏa thuận 2024", "valid_from": date(2024, 1, 1), "valid_until": date(2024, 12, 31)} | changes
    return actions.repeat_agreement(
        actor=by or year.tree.an,
        agreement=year.year,
        read=1,
        inputs=AgreementInput(**values),
        undertaking_ids=[year.courses.pk, year.booths.pk],
        key=key,
    )


def test_the_chosen_undertakings_are_open_again_a_year_later(year):
    renewal = repeat(year)

    assert (renewal.previous, renewal.number, renewal.signed_on, renewal.file) == (year.year, "", None, None)
    # Those of another agreement are not taken along.
    (courses,) = renewal.undertakings.all()
    assert (courses.text, courses.quantity, courses.due_on) == (year.courses.text, 3, date(2024, 10, 20))
    assert (courses.state, courses.done_quantity, courses.settled_note) == (UndertakingState.OPEN, None, "")
    assert Undertaking.objects.get(pk=year.courses.pk).state == UndertakingState.PARTLY
    assert [AuditEvent.objects.get(object_id=made.pk).action for made in (renewal, courses)] == [
        "partners.renew_agreement",
        "partners.add_undertaking",
    ]


def test_a_form_sent_twice_makes_one(year):
    key = uuid7()
    assert repeat(year, key=key) == repeat(year, key=key)
    assert Undertaking.objects.filter(agreement__previous=year.year).count() == 1
    with pytest.raises(Refused, match="agreement_renewed"):
        repeat(year)


def test_another_ward_and_a_day_within_the_former_term_are_refused(year):
    with pytest.raises(PermissionDenied):
        repeat(year, by=year.tree.chi)
    with pytest.raises(Refused, match="agreement_overlap"):
        repeat(year, valid_from=date(2023, 12, 31))


def test_the_page_shows_what_is_copied_and_what_is_not(year, as_user):
    an = as_user(year.tree.an)
    page = f"/partners/{year.bank.pk}/agreements/{year.year.pk}/"
    assert f'href="{page}next-year/"' in an.get(page).content.decode()
    shown = an.get(f"{page}next-year/")
    form, text = shown.context["form"], shown.content.decode()

    assert [form[name].value() for name in ("title", "valid_from", "valid_until")] == [
        "Thỏa thuận 2024", "01/01/2024", "31/12/2024",
    ]  # fmt: skip
    assert form["undertakings"].value() == [str(year.courses.pk)]
    assert "hạn 20/10/2024" in text
    assert "20/10/2024 là Chủ nhật" in text
    assert "Không bao giờ chép: số, ngày ký" in text

    values = {
        "title": "Thỏa thuận 2024", "valid_from": "01/01/2024", "valid_until": "31/12/2024", "read": "1",
        "key": str(uuid7()), "undertakings": [str(year.courses.pk), str(year.prizes.pk)],
    }  # fmt: skip
    answer = an.post(f"{page}next-year/", values)
    renewal = Agreement.objects.get(previous=year.year)
    assert answer["Location"] == f"/partners/{year.bank.pk}/agreements/{renewal.pk}/"
    assert renewal.undertakings.count() == 2
    assert "Các lần gia hạn" in an.get(answer["Location"]).content.decode()
    assert f'href="{page}next-year/"' not in an.get(page).content.decode()
    assert an.post(f"{page}next-year/", {}).status_code == 422
