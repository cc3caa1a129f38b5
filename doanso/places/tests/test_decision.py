"""The decision that recognises a place, as a draft of the committee's documents."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from doanso.documents.actions.drafts import discard_document
from doanso.documents.models import Document
from doanso.lib.problems import Refused
from doanso.places import actions, queries
from doanso.places.models import Recognition
from doanso.places.renderers.decision import decision_draft
from doanso.places.tests.conftest import StreetScene
from doanso.places.tests.test_place_pages import page


def recognition_of(place: Any) -> Recognition:
    return Recognition.objects.select_related("place__unit", "assessment").get(place=place)


def test_the_decision_names_the_place_and_has_the_table_of_its_criteria(street: StreetScene) -> None:
    place = street.recognised()
    draft = decision_draft(recognition_of(place))
    assert draft.summary == "Về việc công nhận Tuyến phố công nghệ số “Đường Lê Lợi”"
    first = draft.pages()[0]
    assert "Đoàn Phường 4" in "\n".join(draft.pages())
    assert "công nhận" in first
    [appendix] = draft.appendices
    [table] = appendix.body.blocks
    assert (table.columns, len(table.rows), table.heads) == (5, 10, 1)
    texts = ["".join(run.words for run in cell.blocks[0].inside) for cell in table.rows[7].cells]
    assert texts == [
        "7",
        "Hộ kinh doanh nhận và đã dùng thanh toán không tiền mặt",
        "≥ 90% và ≥ 70%",
        "100% (10 / 10); 100% (10 / 10)",
        "Đạt",
    ]


def test_the_city_s_officer_writes_it_once_and_leads_to_the_document(street: StreetScene, as_user: Any) -> None:
    place = street.recognised()
    answer = as_user(street.tree.dung).post(page(place, "decision"))
    document = Document.objects.get()
    assert answer.headers["Location"] == f"/documents/{document.pk}/"
    assert (document.unit, document.kind, document.state) == (street.unit("my-tho"), "decision", "draft")
    assert queries.recognition_in_force(place).document == document
    as_user(street.tree.dung).post(page(place, "decision"))
    assert Document.objects.count() == 1
    discard_document(actor=street.tree.dung, document=document, reason="Soạn lại")
    as_user(street.tree.dung).post(page(place, "decision"))
    assert Document.objects.count() == 2


def test_who_may_not_write_it(street: StreetScene) -> None:
    place = street.recognised()
    with pytest.raises(PermissionDenied):
        actions.make_decision(actor=street.tree.an, recognition=recognition_of(place))
    recognition = recognition_of(place)
    street.step(actions.withdraw_recognition, place, street.tree.dung, reason="x")
    with pytest.raises(Refused, match="place_withdrawn"):
        actions.make_decision(actor=street.tree.dung, recognition=recognition)
