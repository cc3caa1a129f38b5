"""The clerk's pages of issuing, with the key on the server's token or on the clerk's machine."""

import pytest

from doanso.documents.models import Document, DocumentState, Issuing, Number
from doanso.documents.tests.conftest import numbered
from doanso.signing.models import Session, Way

pytestmark = pytest.mark.django_db


def at(document, page: str) -> str:
    return f"/documents/{document.pk}/{page}/"


def form(office, **more) -> dict:
    return {"units": ["p4-kp1", "p5"], "outside": "", "certificate": str(office.seal.pk)} | more


@pytest.fixture
def by_machine(office):
    """Move the ward's key to the clerk's own machine."""
    office.seal.way = Way.AGENT
    office.seal.save()
    return office


def test_a_signed_document_is_numbered_and_goes_out(office, signed, as_user):
    mai = as_user(office.mai)
    page = mai.get(at(signed, "issue")).content.decode()
    assert "12/11/2023" in page
    assert "Trực thuộc" in page
    answer = mai.post(
        at(signed, "issue"), form(office, outside="Công an Phường 4\n\n", answer_by="20/11/2023"), follow=True
    )

    assert "Văn bản đã có số; đang đóng dấu số và gửi đi." in answer.content.decode()
    receivers = signed.deliveries.order_by("id")
    assert {delivery.unit.code if delivery.unit else delivery.outside for delivery in receivers} == {
        "p4-kp1",
        "p5",
        "Công an Phường 4",
    }
    assert Number.objects.get().value == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"units": []}, "Hãy chọn ít nhất một nơi nhận: văn bản được phát hành khi có nơi nhận."),
        ({"units": ["p99"]}, "p99"),
        ({"certificate": ""}, "Hãy điền mục này."),
        ({"outside": "x" * 161}, "Không quá 160 ký tự."),
        ({"answer_by": "31/12/2022"}, "Hạn trả lời phải từ hôm nay đến một năm tới."),
        ({"answer_by": "2023"}, "Ngày chưa đủ. Hãy ghi dạng ngày/tháng/năm, ví dụ 26/03/2023."),
        ({"answer_by": "thứ hai"}, "Hãy ghi dạng ngày/tháng/năm, ví dụ 26/03/2023.<"),
    ],
)
def test_what_is_missing_is_said_and_no_number_is_drawn(office, signed, as_user, change, sentence):
    answer = as_user(office.mai).post(at(signed, "issue"), form(office) | change)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Number.objects.exists()


def test_units_that_were_ticked_stay_ticked_where_something_is_refused(office, signed, as_user):
    text = as_user(office.mai).post(at(signed, "issue"), form(office, certificate="")).content.decode()
    assert 'value="p5" checked' in text
    assert 'value="my-tho" checked' not in text


def test_what_is_not_signed_is_not_issued(office, awaiting, as_user):
    answer = as_user(office.mai).post(at(awaiting, "issue"), form(office))
    assert answer.status_code == 422
    assert "Văn bản chưa được ký. Hãy chờ người ký ký xong." in answer.content.decode()


def test_who_may_not_issue_is_refused(office, signed, as_user):
    assert as_user(office.tree.chi).get(at(signed, "issue")).status_code == 404
    issued = office.issued(signed)
    for page, status in (("issue", 404), ("seal", 404), ("send-to", 403)):
        assert as_user(office.tree.dung).get(at(issued, page)).status_code == status


def test_no_number_is_drawn_for_a_seal_whose_tool_was_never_tried(office, signed, as_user):
    office.seal.way, office.seal.trial_due = Way.UPLOAD, True
    office.seal.save()
    answer = as_user(office.mai).post(at(signed, "issue"), form(office))
    assert answer.status_code == 422
    assert "Chứng thư này chưa ký thử." in answer.content.decode()
    assert not Number.objects.exists()
    # One of before goes on, and the choice says that it is not tried.
    office.seal.trial_due = False
    office.seal.save()
    assert "· chưa ký thử" in as_user(office.mai).get(at(signed, "issue")).content.decode()
    as_user(office.mai).post(at(signed, "issue"), form(office))
    assert Number.objects.count() == 1


def test_asking_twice_gives_one_number(office, signed, as_user):
    document, mai = signed, as_user(office.mai)
    mai.post(at(document, "issue"), form(office))
    mai.post(at(document, "issue"), form(office))
    assert Number.objects.count() == 1


def test_the_clerks_own_machine_is_led_to_the_seal(by_machine, as_user):
    document, mai = by_machine.signed(), as_user(by_machine.mai)
    answer = mai.post(at(document, "issue"), form(by_machine))
    assert "/sign#" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]

    # A clerk who left the page goes on from the document's.
    assert "Hãy ký cho cơ quan bằng thiết bị ở máy bạn" in mai.get(at(document, "seal")).content.decode()
    answer = mai.post(at(document, "seal"))
    assert answer["Location"].endswith(f"{Session.objects.latest('pk').pk}/")


def test_units_that_the_draft_names_are_chosen_and_the_page_says_so(office, as_user):
    # A unit's short name is none: a place outside the Union may be called so.
    recipients = ("Như trên", "đoàn phường 5 (để phối hợp);", "Phường 5", "Công an Phường 4", "Lưu VP")
    document = office.signed(office.draft(addressees=("Thành Đoàn Mỹ Tho",), recipients=recipients))
    mai = as_user(office.mai)

    page = mai.get(at(document, "issue"))
    form = page.context["form"]
    text = page.content.decode()
    assert form.ticked() == {"my-tho", "p5"}
    assert {"above", "offices"} <= form.opened()
    assert text.count("1 đơn vị, đã chọn sẵn") == 2
    assert "<legend>Gửi qua hệ thống đến</legend>" in text

    mai.post(at(document, "issue"), {"units": ["p5"], "outside": "", "certificate": str(office.seal.pk)})
    assert [delivery.unit.code for delivery in document.deliveries.all()] == ["p5"]


def test_a_line_in_doubt_is_asked_and_its_units_are_sent_to_only_when_it_is_ticked(office, as_user):
    recipients = ("Các chi đoàn trực thuộc (t/h)", "3 chi đoàn khu phố", "Công an Phường 4", "Lưu VP")
    document = office.signed(office.draft(recipients=recipients))
    mai = as_user(office.mai)
    page = mai.get(at(document, "issue"))
    shown, text = page.context["form"], page.content.decode()
    assert shown.ticked() == {"p4-kp1", "p4-kp2"}
    assert "2 đơn vị, đã chọn sẵn" in text
    assert "Văn bản ghi 3, trong hệ thống có 2 đơn vị như vậy. Có phải gửi cho tất cả?" in text
    assert "Không có đơn vị nào trong hệ thống mang tên này." in text
    assert "Lưu VP" not in text
    assert text.count('name="lines"') == 1

    refused = mai.post(at(document, "issue"), form(office, units=[], lines=["1"], certificate=""))
    assert 'name="lines" value="1" checked' in refused.content.decode()
    unknown = mai.post(at(document, "issue"), form(office, units=["p5"], lines=["0"]))
    assert (unknown.status_code, document.deliveries.count()) == (422, 0)
    mai.post(at(document, "issue"), form(office, units=["p4-kp2"], lines=["1"]))
    assert sorted(delivery.unit.code for delivery in document.deliveries.all()) == ["p4-kp1", "p4-kp2"]


def test_a_sealed_document_is_not_sealed_again(office, issued, as_user):
    answer = as_user(office.mai).get(at(issued, "seal"))
    assert (answer.status_code, answer["Location"]) == (302, f"/documents/{issued.pk}/")
    assert as_user(office.mai).get(at(office.draft("Nháp"), "seal")).status_code == 404


def test_what_could_not_be_sealed_says_why_and_is_tried_again(office, as_user):
    issuing = numbered(office)
    Issuing.objects.filter(pk=issuing.pk).update(problem="Thiết bị không trả lời.", attempts=5)
    mai = as_user(office.mai)
    text = mai.get(f"/documents/{issuing.pk}/").content.decode()
    assert "Văn bản đã có số và đang chờ đóng dấu số." in text
    assert "Thiết bị không trả lời." in text

    assert mai.post(at(issuing, "try-again")).status_code == 302
    issuing.refresh_from_db()
    assert issuing.problem == ""
    assert issuing.document.number.value == 1


def test_an_issued_document_goes_to_more_receivers(office, issued, as_user):
    document, mai = issued, as_user(office.mai)
    nobody = mai.post(at(document, "send-to"), {"units": [], "outside": ""})
    assert nobody.status_code == 422
    assert "Hãy chọn ít nhất một nơi nhận" in nobody.content.decode()
    late = mai.post(at(document, "send-to"), {"units": ["p5"], "answer_by": "01/01/2020"})
    assert late.status_code == 422
    assert "Hạn trả lời phải từ hôm nay đến một năm tới." in late.content.decode()
    answer = mai.post(at(document, "send-to"), {"units": ["p5", "my-tho"]}, follow=True)

    assert "Đã gửi thêm 2 nơi nhận." in answer.content.decode()
    assert document.deliveries.filter(sent_at__isnull=False).count() == 3
    assert Document.objects.get(pk=document.pk).state == DocumentState.ISSUED


def test_the_groups_of_receivers_are_those_an_office_thinks_in(office, signed, as_user):
    page = as_user(office.mai).get(at(signed, "issue"))
    groups = {group.code: [unit.code for unit in group.units] for group in page.context["form"].groups}
    assert groups == {
        "direct": ["p4-kp1", "p4-kp2"],
        "above": ["my-tho"],
        "offices": ["p5"],
        "branches": ["p5-kp1"],
    }
