"""Corrections of public pages by residents: sent without an account, bounded, answered under a secret link, emptied in time."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.notices.models import Notice
from doanso.places.actions import corrections as actions
from doanso.places.models import InformationCorrection, Place
from doanso.places.rules import points as rules
from doanso.places.tests.conftest import StreetScene

pytestmark = pytest.mark.django_db
TEXT = "Trạm mở cửa lúc 7 giờ 30."


def send(place: Place, text: str = TEXT, network: str = "203.0.113.7") -> tuple[InformationCorrection, str]:
    return actions.send_correction(place=place, point=None, topic="hours", text=text, network=network)


def test_a_correction_is_stored_told_to_the_unit_and_answered(street: StreetScene) -> None:
    place = street.in_progress()
    correction, link = send(place)
    assert correction.link_lookup == actions.link_lookup(link)
    assert "203.0.113.7" not in str(InformationCorrection.objects.values().get())
    [notice] = Notice.objects.filter(kind="places.correction")
    assert (notice.unit_id, notice.source_id) == (place.unit_id, correction.pk)
    event = AuditEvent.objects.get(action="places.send_correction")
    assert (event.actor_id, event.actor_note) == (None, "người dân")

    actions.answer_correction(
        actor=street.tree.an, correction_id=correction.pk, outcome="corrected", answer="Đã sửa giờ, cảm ơn cô chú."
    )
    correction.refresh_from_db()
    assert (correction.outcome, correction.settled_by) == ("corrected", street.tree.an)
    assert not Notice.objects.filter(kind="places.correction").exists()
    with pytest.raises(Refused) as refused:
        actions.answer_correction(actor=street.tree.an, correction_id=correction.pk, outcome="right", answer="Đúng rồi")
    assert refused.value.problem.code == "correction_settled"


def test_a_network_sends_five_within_an_hour(street: StreetScene) -> None:
    place = street.in_progress()
    for _time in range(rules.CORRECTIONS_OF_A_NETWORK):
        send(place)
    with pytest.raises(Refused) as refused:
        send(place)
    assert refused.value.problem.code == "too_many_tries"
    send(place, network="203.0.113.8")
    assert InformationCorrection.objects.count() == 6


def test_a_place_has_a_bounded_number_of_open_ones(street: StreetScene, monkeypatch: pytest.MonkeyPatch) -> None:
    place = street.in_progress()
    monkeypatch.setattr(rules, "MOST_OPEN_CORRECTIONS", 1)
    send(place)
    with pytest.raises(Refused) as refused:
        send(place, network="203.0.113.9")
    assert refused.value.problem.code == "corrections_full"


def test_too_few_words_are_refused_before_anything_is_counted(street: StreetScene) -> None:
    with pytest.raises(Refused) as refused:
        send(street.in_progress(), text=" sai ")
    assert refused.value.problem.code == "correction_text"
    assert not InformationCorrection.objects.exists()


@pytest.mark.parametrize(
    ("outcome", "answer", "code"), [("", "Đã sửa", "correction_outcome"), ("right", " ", "correction_answer")]
)
def test_an_answer_needs_outcome_and_words(street: StreetScene, outcome: str, answer: str, code: str) -> None:
    correction, _link = send(street.in_progress())
    with pytest.raises(Refused) as refused:
        actions.answer_correction(actor=street.tree.an, correction_id=correction.pk, outcome=outcome, answer=answer)
    assert refused.value.problem.code == code


def test_only_who_manages_the_place_answers(street: StreetScene) -> None:
    correction, _link = send(street.in_progress())
    for user in (street.tree.binh, street.tree.chi):
        with pytest.raises(PermissionDenied):
            actions.answer_correction(actor=user, correction_id=correction.pk, outcome="right", answer="Đúng rồi")


def test_words_are_emptied_half_a_year_after_the_answer(street: StreetScene) -> None:
    place = street.in_progress()
    old, _link = send(place)
    fresh, _link = send(place)
    for correction in (old, fresh):
        actions.answer_correction(actor=street.tree.an, correction_id=correction.pk, outcome="right", answer="Đúng rồi")
    InformationCorrection.objects.filter(pk=old.pk).update(settled_at=clock.now() - timedelta(days=184))
    assert actions.empty_old_corrections() == 1
    rows: dict[Any, Any] = {row.pk: (row.text, row.answer) for row in InformationCorrection.objects.all()}
    assert rows == {old.pk: ("", ""), fresh.pk: (TEXT, "Đúng rồi")}
    assert actions.empty_old_corrections() == 0
