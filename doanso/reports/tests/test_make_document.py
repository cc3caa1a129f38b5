"""A frozen report becomes a document by one button, and is signed as it is."""

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import Role, RoleAssignment
from doanso.documents.actions.drafts import discard_document, save_version
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.actions.mandates import give_mandate
from doanso.documents.actions.routing import call_back, send_on
from doanso.documents.actions.signing_files import make_base
from doanso.documents.models import Document, DocumentState
from doanso.documents.queries.documents import draft_of
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.signature_fields import FixedValues, read_fixed_values
from doanso.files import actions as files
from doanso.files import drawing
from doanso.lib.problems import Refused
from doanso.reports.actions.documents import make_document
from doanso.reports.actions.reports import freeze_report
from doanso.reports.tests.renderers.reading import Document as Pages
from doanso.reports.tests.test_write_report import begun
from doanso.testing import TODAY, TREE_BEGAN

pytestmark = [pytest.mark.django_db, pytest.mark.renders]

ADDRESS = "https://doanso.example"


def test_a_frozen_report_is_made_a_document_once(scene):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    arguments = {"actor": scene.user("dung"), "report": report, "base": ADDRESS}

    document = make_document(**arguments)
    assert make_document(**arguments) == document
    assert (document.state, document.kind, document.unit) == (DocumentState.DRAFT, "report", scene.unit("my-tho"))
    assert (draft_of(document).is_upload, set(document.places) >= {"number", "day", "month", "signature"}) == (
        True,
        True,
    )
    assert document.public is not None


@pytest.mark.parametrize(("form", "printed"), [("doan", "BC/TĐTN"), ("nd30", "BC-TĐTN")])
def test_the_register_will_say_the_symbol_that_the_report_prints(scene, form, printed):
    report = begun(scene)
    report.form = form
    report.save()
    report = freeze_report(actor=scene.user("dung"), report=report)
    document = make_document(actor=scene.user("dung"), report=report, base=ADDRESS)
    assert read_fixed_values(document.places) == FixedValues(printed, None)


def test_one_that_is_still_written_is_refused(scene):
    with pytest.raises(Refused) as refused:
        make_document(actor=scene.user("dung"), report=begun(scene), base=ADDRESS)
    assert refused.value.problem.code == "report_open"


def test_its_words_are_the_report_s(scene):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    document = make_document(actor=scene.user("dung"), report=report, base=ADDRESS)
    with pytest.raises(Refused) as refused:
        save_version(actor=scene.user("dung"), document=document, expected_version=1, draft=draft_of(document))
    assert refused.value.problem.code == "document_of_source"
    discard_document(actor=scene.user("dung"), document=document, reason="Làm lại sau")
    again = make_document(actor=scene.user("dung"), report=report, base=ADDRESS)
    assert again.pk != document.pk


def _mandate(scene, name: str, **fields):
    return give_mandate(
        actor=scene.user("dung"), unit=scene.unit("my-tho"), user=scene.user(name), since=TREE_BEGAN, **fields
    )


def _sent_on(scene, document, mandate) -> Document:
    return send_on(
        actor=scene.user("dung"), document=document, expected_version=document.version, reviewers=[], mandate=mandate
    )


def _lines(document) -> list[str]:
    with files.open_blob(document.base) as plain:
        return [line for sheet in Pages(plain.read()).sheets for line in sheet.lines]


def _nameless(scene) -> Document:
    """The document of a report of the city, whose letterhead names nobody who signs."""
    set_letterhead(
        actor=scene.user("dung"),
        unit=scene.unit("my-tho"),
        letterhead=replace(letterhead_values(scene.unit("my-tho"), TODAY), signer=""),
    )
    report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    return make_document(actor=scene.user("dung"), report=report, base=ADDRESS)


def test_it_bears_name_post_and_authority_of_whoever_is_to_sign(scene):
    deputy = _mandate(scene, "giang", wording="KT.", body="Bí thư", post="Phó Bí thư")
    sent = _sent_on(scene, _nameless(scene), deputy)

    made = make_base(actor=scene.user("giang"), document=sent, base=ADDRESS)

    lines = _lines(made)
    assert any("Võ Trường Giang" in line for line in lines)
    assert any("KT. BÍ THƯ" in line for line in lines)
    assert any("PHÓ BÍ THƯ" in line for line in lines)
    assert not any("TM. BAN THƯỜNG VỤ" in line for line in lines)
    assert set(made.places) >= {"number", "day", "month", "signature"}
    assert read_fixed_values(made.places) == FixedValues("BC/TĐTN", None)


def test_sent_on_to_somebody_else_it_bears_the_other_name(scene):
    fields = {"wording": "TM.", "body": "Ban Thường vụ", "post": "Bí thư"}
    sent = _sent_on(scene, _nameless(scene), _mandate(scene, "giang", **fields))
    make_base(actor=scene.user("giang"), document=sent, base=ADDRESS)

    back = call_back(actor=scene.user("dung"), document=sent)
    again = _sent_on(scene, back, _mandate(scene, "hanh", **fields))
    made = make_base(actor=scene.user("hanh"), document=again, base=ADDRESS)

    assert any("Đặng Mỹ Hạnh" in line for line in _lines(made))
    assert not any("Võ Trường Giang" in line for line in _lines(made))


def test_its_pages_show_who_is_to_sign_before_anybody_signs(scene, as_user, monkeypatch):
    drawn = []
    monkeypatch.setattr(drawing, "draw_pages", lambda pdf: drawn.append(pdf) or drawing.DrawnPages((b"page",), 1))
    sent = _sent_on(
        scene, _nameless(scene), _mandate(scene, "giang", wording="TM.", body="Ban Thường vụ", post="Bí thư")
    )

    answer = as_user(scene.user("giang")).get(f"/documents/{sent.pk}/preview/")

    assert answer.status_code == 200
    assert any("Võ Trường Giang" in line for sheet in Pages(drawn[0]).sheets for line in sheet.lines)


def test_only_who_writes_in_the_unit_makes_it(scene):
    report = freeze_report(actor=scene.user("an"), report=begun(scene, by="an", code="p4"))
    RoleAssignment.objects.create(user=scene.user("minh"), role=Role.INSPECTOR, unit=scene.unit("p4"), since=TREE_BEGAN)
    for name in ("dung", "minh", "chi"):
        with pytest.raises(PermissionDenied):
            make_document(actor=scene.user(name), report=report, base=ADDRESS)
    assert not Document.objects.exists()


def test_the_button_leads_to_the_document(scene, as_user):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    client = as_user(scene.user("dung"))
    page = f"/programmes/my-tho-2023/reports/{report.pk}/"
    assert "Lập văn bản để ký" in client.get(page).content.decode()
    answer = client.post(f"{page}document/")
    assert answer["Location"] == f"/documents/{Document.objects.get().pk}/"
    assert "Văn bản của báo cáo" in client.get(page).content.decode()
    assert as_user(scene.user("hanh")).post(f"{page}document/").status_code == 403
