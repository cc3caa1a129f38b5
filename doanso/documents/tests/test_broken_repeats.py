"""However a unit changes its numbering: no notation is on two documents of one era, and no number is left out."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from doanso.documents.actions import paper_originals
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.actions.numbers import begin_series, reserve_number, set_numbering, void_number
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.models import Document, Number, Numbering, NumberState
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.tests.conftest import TODAY, Office, plan
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.testing import taken_back

pytestmark = pytest.mark.django_db

FORMS, KINDS = st.sampled_from(("doan", "doan", "nd30")), st.sampled_from(("plan", "plan", "report", "letter"))
BACK = st.sampled_from((0, 0, 0, 1, 20, 400))
MOVES = st.one_of(
    st.tuples(st.just("paper"), FORMS, KINDS, BACK),
    st.tuples(st.just("paper"), FORMS, KINDS, BACK),
    st.tuples(st.just("reserve"), FORMS, KINDS, BACK),
    st.tuples(st.just("void")),
    st.tuples(st.just("days"), st.sampled_from((1, 30, 200, 800))),
    st.tuples(
        st.just("set"), FORMS, st.sampled_from(("kind", "all")), st.sampled_from(("", "2022-2027", "NK XII", "2024")),
        st.sampled_from((-30, 0, 1, 60)), st.booleans(),
    ),
    st.tuples(st.just("begin"), FORMS, KINDS, st.sampled_from((0, 3, 40))),
    st.tuples(st.just("symbol"), st.sampled_from(("ĐTN", "ĐTNP4"))),
)  # fmt: skip
PAPER, NEXT, OF_ALL = ("paper", "doan", "plan", 0), ("days", 1), ("set", "doan", "all", "2022-2027", 0, False)


class Clerk:
    """State machine of one clerk who tries everything with the numbers of one unit."""

    def __init__(self, office: Office, business_day) -> None:
        self.office, self.business_day = office, business_day
        self.begun: set[int] = {0}
        business_day(TODAY)

    def do(self, action: str, *arguments) -> None:
        try:
            with transaction.atomic():
                getattr(self, action)(*arguments)
        except Refused:
            pass

    def paper(self, form: str, kind: str, back: int) -> None:
        draft = plan("Bản giấy", profile=form, kind=kind)
        dated = clock.today() - timedelta(days=back)
        register_paper(actor=self.office.mai, unit=self.office.unit, draft=draft, dated=dated)

    def reserve(self, form: str, kind: str, back: int) -> None:
        arguments = {"actor": self.office.mai, "unit": self.office.unit, "reason": "Giữ chỗ"}
        reserve_number(**arguments, profile=form, kind=kind, dated=clock.today() - timedelta(days=back))

    def void(self) -> None:
        number = Number.objects.filter(state=NumberState.RESERVED).first()
        if number is not None:
            void_number(actor=self.office.mai, number=number, reason="Thôi")

    def days(self, count: int) -> None:
        self.business_day(clock.today() + timedelta(days=count))

    def set(self, form: str, scope: str, era: str, ahead: int, new_term: bool) -> None:
        since = clock.today() + timedelta(days=ahead)
        arguments = {"profile": form, "scope": scope, "era": era, "since": since, "new_term": new_term}
        set_numbering(actor=self.office.an, unit=self.office.unit, **arguments)

    def begin(self, form: str, kind: str, last: int) -> None:
        arguments = {"actor": self.office.an, "unit": self.office.unit, "profile": form, "kind": kind}
        begin_series(**arguments, dated=clock.today(), last_value=last)
        self.begun.add(last)

    def symbol(self, words: str) -> None:
        letterhead = letterhead_values(self.office.unit, clock.today())
        set_letterhead(actor=self.office.an, unit=self.office.unit, letterhead=replace(letterhead, symbol=words))


def none_twice() -> None:
    """Assert that equal notations are of two eras, and of two years or of two terms that the unit declared."""
    documents = Document.objects.exclude(number=None).values_list("profile", "notation", "era", "dated")
    for (form, notation, era, day), (_form, other, other_era, other_day) in combinations(documents, 2):
        if notation == other:
            first, last = sorted((day, other_day))
            terms = Numbering.objects.filter(profile=form, new_term=True, since__gt=first, since__lte=last)
            assert era != other_era
            assert first.year != last.year or terms.exists(), (notation, first, last)


def none_left_out(begun: set[int]) -> None:
    """Assert that before each number the one below it was given, in its series or in the one it continues."""
    numbers = list(Number.objects.values_list("series__profile", "series__kind", "value"))
    for form, kind, value in numbers:
        below = {of for where, of, other_value in numbers if (where, other_value) == (form, value - 1)}
        assert value - 1 in begun or below & {kind, ""} or (not kind and below), (form, kind, value)


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck], print_blob=False)
@given(moves=st.lists(MOVES, min_size=4, max_size=24))
@example(moves=[PAPER, PAPER, NEXT, OF_ALL, PAPER, NEXT, ("set", "doan", "kind", "2022-2027", 0, False), PAPER])
@example(moves=[PAPER, NEXT, ("set", "doan", "kind", "", 0, False), PAPER, ("days", 60), PAPER])
@example(moves=[PAPER, ("set", "doan", "kind", "NK XII", 1, True), NEXT, PAPER, NEXT, OF_ALL, PAPER])
@example(moves=[("begin", "doan", "plan", 3), ("set", "doan", "all", "NK XII", 0, False), PAPER, PAPER])
@example(moves=[PAPER, ("days", 30), OF_ALL, PAPER, ("paper", "doan", "plan", 20)])
def test_whatever_is_changed_in_whatever_order(office: Office, business_day, moves):
    with taken_back():
        clerk = Clerk(office, business_day)
        for action, *arguments in moves:
            clerk.do(action, *arguments)
        none_twice()
        none_left_out(clerk.begun)


def test_the_database_holds_a_notation_of_an_era_once(office: Office):
    register_paper(actor=office.mai, unit=office.unit, draft=plan("Một"), dated=TODAY)
    second = register_paper(actor=office.mai, unit=office.unit, draft=plan("Hai"), dated=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Document.objects.filter(pk=second.pk).update(notation="01-KH/ĐTN")


def test_an_abbreviation_that_was_another_kind_s_gives_no_notation_again(office: Office, monkeypatch, refused):
    arguments = {"actor": office.mai, "unit": office.unit, "dated": TODAY}
    assert register_paper(**arguments, draft=plan("Kế hoạch")).notation == "01-KH/ĐTN"
    monkeypatch.setattr(paper_originals, "notation_symbol", lambda _draft, _letterhead: "KH/ĐTN")
    assert refused(register_paper, **arguments, draft=plan("Khế ước", kind="report")) == "number_repeated"
    free = reserve_number(**arguments, profile="doan", kind="report", reason="Trùng số với kế hoạch")
    void_number(actor=office.mai, number=free, reason="Trùng số với kế hoạch")
    assert register_paper(**arguments, draft=plan("Khế ước", kind="report")).notation == "02-KH/ĐTN"
