"""What partners undertake: written down, changed, settled and opened again."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.queries import history
from doanso.lib.problems import Refused
from doanso.partners import actions
from doanso.partners.actions import UndertakingInput
from doanso.partners.models import Undertaking
from doanso.partners.wording import quantity_words, undertaking_mark
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_what_is_counted_takes_the_word_of_its_kind(partnership):
    booths = partnership.fresh(partnership.booths)
    assert quantity_words(booths) == "2 gian"
    without = partnership.undertake(quantity=None, unit_of_count="lớp")
    assert (without.quantity, without.unit_of_count) == (None, "")
    assert quantity_words(without) == ""


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"text": " "}, "undertaking_text_missing", "text"),
        ({"text": "Gọi 0909 123 456"}, "partner_text_number", "text"),
        ({"kind": "nothing"}, "undertaking_kind_unknown", "kind"),
        ({"quantity": 0}, "undertaking_quantity", "quantity"),
        ({"kind": "other", "quantity": 3}, "undertaking_count_missing", "unit_of_count"),
    ],
)
def test_what_is_wrong_is_named(partnership, changes, code, field):
    with pytest.raises(Refused) as refused:
        partnership.undertake(**changes)
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)


def test_the_agreement_must_be_of_the_same_partner(partnership):
    other = partnership.agree(partnership.partner("Ví Sông Tiền", kind="wallet"))
    with pytest.raises(Refused) as refused:
        partnership.undertake(agreement_id=other.pk)
    assert refused.value.problem.code == "undertaking_agreement"


def test_a_change_is_written_down_by_field(partnership):
    changed = actions.change_undertaking(
        actor=partnership.tree.an,
        undertaking=partnership.booths,
        read=1,
        inputs=UndertakingInput("booths", "Gian mở tài khoản tại ngày hội", 4, due_on=date(2023, 11, 20)),
    )
    assert (changed.quantity, changed.agreement, changed.version) == (4, None, 2)
    assert history(changed).first().changed == ["quantity", "agreement"]


def test_what_became_of_it_is_written_down(partnership):
    kept = actions.complete_undertaking(actor=partnership.tree.an, undertaking=partnership.booths, read=1, state="kept")
    assert (kept.state, kept.done_quantity, kept.settled_on) == ("kept", 2, TODAY)
    assert quantity_words(kept) == "2 / 2 gian"
    assert undertaking_mark(kept, TODAY) == ("on", "Đã làm")
    with pytest.raises(Refused) as refused:
        actions.complete_undertaking(actor=partnership.tree.an, undertaking=kept, read=2, state="dropped", note="Vì")
    assert refused.value.problem.code == "undertaking_settled"
    opened = actions.reopen_undertaking(actor=partnership.tree.an, undertaking=kept, read=2)
    assert (opened.state, opened.done_quantity, opened.settled_by, opened.version) == ("open", None, None, 3)


@pytest.mark.parametrize(
    ("state", "done", "note", "code"),
    [
        ("partly", 1, "", "undertaking_note_missing"),
        ("dropped", None, " ", "undertaking_note_missing"),
        ("kept", 1, "", "undertaking_less"),
        ("open", None, "", "undertaking_state"),
        ("other", None, "", "undertaking_state"),
    ],
)
def test_an_outcome_must_fit(partnership, state, done, note, code):
    with pytest.raises(Refused) as refused:
        actions.complete_undertaking(
            actor=partnership.tree.an,
            undertaking=partnership.booths,
            read=1,
            state=state,
            done_quantity=done,
            note=note,
        )
    assert refused.value.problem.code == code
    assert Undertaking.objects.get().state == "open"


def test_its_day_marks_an_open_one(partnership, business_day):
    booths = partnership.booths
    assert undertaking_mark(booths, date(2023, 11, 5))[0] == "none"
    assert undertaking_mark(booths, date(2023, 11, 6)) == ("behind", "Sắp đến hạn")
    assert undertaking_mark(booths, date(2023, 11, 21)) == ("risk", "Quá hạn")


def test_only_who_keeps_the_partner_settles(partnership):
    for name in ("binh", "chi", "hanh"):
        with pytest.raises(PermissionDenied):
            actions.complete_undertaking(
                actor=getattr(partnership.tree, name), undertaking=partnership.booths, read=1, state="kept"
            )
    city = actions.complete_undertaking(
        actor=partnership.tree.dung, undertaking=partnership.booths, read=1, state="kept"
    )
    assert city.settled_by == partnership.tree.dung
