"""The page on which an officer corrects a visit."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from doanso.ledger.recount import recount
from doanso.outreach.models import Visit, VisitAmendment
from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.support.actions import raise_grades
from doanso.support.models import SupportRecord
from doanso.testing import TODAY


@pytest.fixture
def visit(visiting: Visiting) -> Visit:
    """Bảy and Sáu were helped with the portal at 2 Lê Lợi; Út signed as the second."""
    people = [guest("Nguyễn Văn Bảy"), guest("Trần Thị Sáu", year=1960)]
    applied(visiting.send(visiting.body(people=people)))
    return Visit.objects.get()


_FIELD = re.compile(r"<(input|select)\b([^>]*)>(.*?)(?=<input|<select|</form>)", re.DOTALL)


def filled(text: str) -> dict[str, str]:
    """Return what the page's form would send without a change."""
    form = text[text.index('<form method="post"', text.index('id="main"')) :]
    values = {}
    for tag, attributes, inside in _FIELD.findall(form[: form.index("</form>") + 7]):
        attribute_values = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        if "name" not in attribute_values or "disabled" in attributes or attribute_values.get("type") == "checkbox":
            continue
        chosen = re.search(r'<option value="([^"]*)" selected', inside)
        value = (chosen.group(1) if chosen else "") if tag == "select" else attribute_values.get("value", "")
        values[attribute_values["name"]] = unescape(value)
    return values


def test_it_opens_as_the_visit_stands_and_changes_nothing_by_itself(
    visit: Visit, visiting: Visiting, as_user: Any
) -> None:
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    assert address in client.get(f"/outreach/visits/{visit.pk}/").content.decode()
    page = client.get(address)
    form_values = filled(page.content.decode())

    assert (form_values["happened_on"], form_values["began"], form_values["ended"]) == ("12/11/2023", "08:12", "08:19")
    assert (form_values["number"], form_values["street"], form_values["outcome"]) == ("2", "Lê Lợi", "helped")
    assert form_values["second"] == str(visiting.outing.mates["ut"].pk)
    assert {form_values["person-0-name"], form_values["person-1-name"]} == {"Nguyễn Văn Bảy", "Trần Thị Sáu"}
    assert (form_values["help-0-before"], form_values["help-0-after"]) == ("portal.none", "portal.active")
    again = client.post(address, form_values | {"reason": "Xem lại"})
    assert again.status_code == 422
    assert "Chưa có gì khác so với điều đang ghi." in again.content.decode()
    assert not VisitAmendment.objects.exists()


def test_what_is_put_right_stands_on_the_visits_page_with_what_stood_before(
    visit: Visit, visiting: Visiting, as_user: Any
) -> None:
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    form_values = filled(client.get(address).content.decode())
    index = 0 if form_values["person-0-name"] == "Nguyễn Văn Bảy" else 1
    more = {
        "happened_on": "11/11/2023",
        "began": "9h05",
        "ended": "09:20",
        f"person-{index}-phone": "0909 000 111",
        "help-0-after": "portal.registered",
        "new-0-service": "payment",
        "new-0-receiver": "nobody",
        "note": "Gặp ở quán đầu hẻm",
        "reason": "Ghi nhầm ngày",
    }
    page = client.post(address, form_values | more, follow=True).content.decode()

    for words in (
        "Đã sửa lượt này; số liệu đổi theo.",
        "Đã sửa tại đơn vị",
        "Ghi nhầm ngày",
        "Gặp ở quán đầu hẻm",
        "Ngày, trước đó: 12/11/2023",
        "Đến lúc, trước đó: 08:12",
        "Bậc 0 → Bậc 1",
        "đã sửa lượt đến nhà tại đơn vị: ngày đến, giờ đến, giờ về",
        "09:05 đến 09:20 (15 phút)",
    ):
        assert words in unescape(page), words
    assert SupportRecord.objects.filter(taken_back_at=None, happened_on=TODAY - timedelta(days=1)).count() == 3
    assert SupportRecord.objects.filter(taken_back_at=None, named=False, service="payment").count() == 1
    assert list(recount()) == []
    # The visitor reads that it was corrected, and of receivers no more than elsewhere on the page.
    own_page = unescape(as_user(visiting.outing.tree.lan).get(f"/outreach/visits/{visit.pk}/").content.decode())
    assert "Ngày, trước đó: 12/11/2023" in own_page
    assert "Người được giúp, trước đó: …" in own_page
    assert "Bảy" not in own_page
    # An inspector reads that it was corrected, by whom in initials, and no name and number.
    masked = unescape(as_user(visiting.outing.tree.hanh).get(f"/outreach/visits/{visit.pk}/").content.decode())
    assert "Người được giúp, trước đó: …" in masked
    assert "Bảy" not in masked


@pytest.mark.parametrize(
    ("grade", "pill", "why"),
    [
        (3, "Tự xác nhận qua biên nhận", "đã xác nhận lượt này qua biên nhận"),
        (4, "Cán bộ gọi phúc tra: đúng", "Cán bộ đã gọi phúc tra và người được giúp nói đúng"),
    ],
)
def test_it_says_by_what_a_help_was_confirmed(
    visit: Visit, visiting: Visiting, as_user: Any, grade: int, pill: str, why: str
) -> None:
    raise_grades(support_records=list(SupportRecord.objects.all()), grade=grade)
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    page = client.get(address).content.decode()
    assert page.count(pill) == 2
    gone = filled(page) | {"help-0-remove": "on", "reason": "Ghi nhầm"}
    refused = client.post(address, gone)

    assert (refused.status_code, why in unescape(refused.content.decode())) == (422, True)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"reason": " "}, ""),
        ({"began": "25:00"}, "Nhập giờ và phút, ví dụ 08:30."),
        ({"happened_on": "31/02/2023"}, ""),
        ({"happened_on": "13/11/2023"}, "Máy đã gửi lượt này trước ngày ấy."),
        ({"outcome": "not-home"}, "Không ghi tên ai"),
        ({"number": "", "street": ""}, "Nhập số nhà và tên đường."),
        ({"second": "other", "second_name": ""}, ""),
        ({"help-0-after": "payment.active"}, "Đây là bậc của dịch vụ khác."),
        ({"person-0-phone": "12"}, ""),
        ({"new-0-service": "portal", "new-0-receiver": "x"}, ""),
    ],
)
def test_what_is_not_right_is_marked_and_nothing_is_half_done(
    visit: Visit, visiting: Visiting, as_user: Any, more: dict[str, str], words: str
) -> None:
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    form_values = filled(client.get(address).content.decode())
    answer = client.post(address, form_values | {"reason": "Ghi nhầm"} | more)

    assert answer.status_code == 422
    text = unescape(answer.content.decode())
    assert words in text
    assert 'data-s="risk" role="alert"' in text
    assert not VisitAmendment.objects.exists()


def test_somebody_elses_change_is_shown_first(visit: Visit, visiting: Visiting, as_user: Any) -> None:
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    form_values = filled(client.get(address).content.decode())
    assert client.post(address, form_values | {"note": "Lần một", "reason": "Thêm"}).status_code == 302
    late = client.post(address, form_values | {"note": "Lần hai", "reason": "Thêm"})

    assert late.status_code == 409
    text = unescape(late.content.decode())
    assert "Có người vừa sửa lượt này khi bạn đang mở." in text
    assert filled(text)["note"] == "Lần một"
    assert VisitAmendment.objects.count() == 1


def test_a_second_who_confirmed_can_not_be_chosen_anew(visit: Visit, visiting: Visiting, as_user: Any) -> None:
    Visit.objects.update(second_how="card")
    client = as_user(visiting.outing.tree.an)
    address = f"/outreach/visits/{visit.pk}/amend/"
    text = client.get(address).content.decode()
    assert "Người ấy đã tự xác nhận" in unescape(text)
    form_values = filled(text) | {"second": "", "note": "x", "reason": "Thêm"}
    assert client.post(address, form_values).status_code == 302
    visit.refresh_from_db()
    assert visit.second_id == visiting.outing.mates["ut"].pk


@pytest.mark.parametrize(("name", "status"), [("lan", 403), ("hanh", 403), ("chi", 404), ("binh", 404), ("khoa", 404)])
def test_nobody_else_puts_it_right(visit: Visit, visiting: Visiting, as_user: Any, name: str, status: int) -> None:
    client = as_user(visiting.outing.tree.users[name])
    address = f"/outreach/visits/{visit.pk}/amend/"
    assert client.get(address).status_code == status
    assert client.post(address, {"reason": "x"}).status_code == status


def test_one_that_was_taken_back_stays_as_it_was(visit: Visit, visiting: Visiting, as_user: Any) -> None:
    client = as_user(visiting.outing.tree.an)
    client.post(f"/outreach/visits/{visit.pk}/take-back/", {"reason": "Ghi hai lần"})
    page = client.get(f"/outreach/visits/{visit.pk}/amend/", follow=True).content.decode()
    assert "Lượt này đã thu hồi. Những gì đã ghi được giữ nguyên." in unescape(page)
    assert "/amend/" not in page
