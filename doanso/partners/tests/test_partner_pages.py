"""The pages of partners, agreements and undertakings: what they show to whom, their forms and their statements."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.actions import unmask
from doanso.audit.models import AuditEvent
from doanso.lib import spreadsheet
from doanso.lib.panels import Panel, PanelRegistry
from doanso.lib.search_words import SearchWords
from doanso.lib.uuid7 import uuid7
from doanso.partners import actions, ports
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking
from doanso.partners.search import find_partners
from doanso.partners.tests.conftest import PHONE
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TODAY
from doanso.units.models import Unit

pytestmark = pytest.mark.django_db

LIST = "/partners/"


def _text(answer):
    return answer.content.decode()


def _page(partnership, rest=""):
    return f"{LIST}{partnership.bank.pk}/{rest}"


def _agreement_page(partnership, rest=""):
    return _page(partnership, f"agreements/{partnership.agreement.pk}/{rest}")


# --- Lists ------------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_needs_something(partnership, as_user):
    text = _text(as_user(partnership.tree.an).get(LIST))
    assert "Ngân hàng Sông Tiền" in text
    assert "Sắp hết hạn" in text
    assert "còn 18 ngày" in text
    assert "1 đối tác trên trang này" in text


def test_the_list_is_narrowed(partnership, as_user):
    partnership.partner("Viễn thông Cửu Long", kind="telecom")
    an = as_user(partnership.tree.an)

    def names(**query):
        return [row.partner.name for row in an.get(LIST, query).context["rows"]]

    assert names() == ["Ngân hàng Sông Tiền", "Viễn thông Cửu Long"]
    assert names(q="song tien") == ["Ngân hàng Sông Tiền"]
    assert names(kind="telecom") == ["Viễn thông Cửu Long"]
    assert names(state="expiring") == ["Ngân hàng Sông Tiền"]
    assert names(state="without") == ["Viễn thông Cửu Long"]
    assert names(state="ended") == []
    assert names(state="nothing") == ["Ngân hàng Sông Tiền", "Viễn thông Cửu Long"]
    assert "Không có đối tác nào theo bộ lọc này." in _text(an.get(LIST, {"q": "khong co"}))


def test_an_empty_list_says_what_fills_it(tree, as_user):
    assert "Chưa có đối tác." in _text(as_user(tree.an).get(LIST))


def test_a_ward_sees_the_names_of_the_citys_partners(partnership, as_user):
    partnership.partner("Ngân hàng của thành phố", "my-tho")
    text = _text(as_user(partnership.tree.an).get(LIST))
    assert text.index("Đối tác của cấp trên") < text.index("Ngân hàng của thành phố")
    city = Partner.objects.get(unit=partnership.tree.units["my-tho"])
    assert as_user(partnership.tree.an).get(f"{LIST}{city.pk}/").status_code == 404
    assert as_user(partnership.tree.dung).get(f"{LIST}{partnership.bank.pk}/").status_code == 200


def test_lists_cost_the_same_with_few_and_many(partnership, as_user):
    an = as_user(partnership.tree.an)
    counts = []
    for wanted in (1, 12):
        while Partner.objects.count() < wanted:
            partner = partnership.partner(f"Đối tác {Partner.objects.count()}")
            partnership.agree(partner)
            partnership.undertake(partner)
        per_page = []
        for address in (LIST, f"{LIST}agreements/", f"{LIST}undertakings/"):
            an.get(address)
            with CaptureQueriesContext(connection) as captured:
                an.get(address)
            per_page.append(len(captured))
        counts.append(per_page)
    assert counts[0] == counts[1]


def test_agreements_and_undertakings_have_lists(partnership, as_user):
    partnership.agree(title="Thỏa thuận năm sau", valid_from=date(2024, 1, 1), valid_until=None)
    partnership.undertake(text="Lớp không có hạn")
    an = as_user(partnership.tree.an)

    def titles(**query):
        return [row.agreement.title for row in an.get(f"{LIST}agreements/", query).context["rows"]]

    assert titles() == ["Thỏa thuận năm sau", "Thỏa thuận phối hợp"]
    assert titles(state="running-out") == ["Thỏa thuận phối hợp"]
    assert titles(state="in-effect") == ["Thỏa thuận phối hợp"]
    partnership.agree(title="Thỏa thuận không thời hạn", valid_until=None)
    partnership.agree(title="Thỏa thuận hết năm")
    assert titles(state="in-effect") == ["Thỏa thuận phối hợp", "Thỏa thuận hết năm", "Thỏa thuận không thời hạn"]
    assert titles(state="over") == []

    def texts(**query):
        return [row.undertaking.text for row in an.get(f"{LIST}undertakings/", query).context["rows"]]

    assert texts() == ["Gian mở tài khoản tại ngày hội", "Lớp không có hạn"]
    assert texts(kind="courses") == ["Lớp không có hạn"]
    assert texts(state="kept") == []
    assert "Không có cam kết nào theo bộ lọc này." in _text(an.get(f"{LIST}undertakings/", {"state": "kept"}))


def test_the_export_has_no_people(partnership, as_user):
    answer = as_user(partnership.tree.an).get(f"{LIST}export/")
    assert answer["Content-Disposition"] == 'attachment; filename="doi-tac-2023-11-12.xlsx"'
    rows = spreadsheet.iter_rows(BytesIO(b"".join(answer.streaming_content)))
    values = [value for row in rows for value in row]
    assert "Ngân hàng Sông Tiền" in values
    assert "Sắp hết hạn" in values
    assert not any(PHONE in str(value) or "Lê Thị" in str(value) for value in values)
    event = AuditEvent.objects.get(action="partners.export")
    assert event.unit_id == partnership.tree.units["p4"].pk


# --- One partner ------------------------------------------------------------------------------------------------------


def test_the_page_has_all_that_belongs_to_a_partner(partnership, as_user):
    text = _text(as_user(partnership.tree.an).get(_page(partnership)))
    assert f'href="tel:{PHONE}"' in text
    assert 'href="https://songtien.example"' in text
    for words in ("Lê Thị Ngân", "Thỏa thuận phối hợp", "2 gian", "Gia hạn hoặc khép lại", "đã thêm thỏa thuận"):
        assert words in text


def test_an_inspector_reads_initials_until_a_reason_is_stated(partnership, as_user):
    hanh = as_user(partnership.tree.hanh)
    text = _text(hanh.get(_page(partnership)))
    assert "L. T. N." in text
    assert "Lê Thị Ngân" not in text
    assert PHONE not in text
    assert "Thêm thỏa thuận" not in text
    unmask(actor=partnership.tree.hanh, unit=partnership.tree.units["p4"], reason="Kiểm tra hồ sơ phối hợp", minutes=30)
    assert "Lê Thị Ngân" in _text(hanh.get(_page(partnership)))


def test_apps_above_add_their_cards(partnership, as_user, monkeypatch):
    registry = PanelRegistry()
    monkeypatch.setattr(ports, "partner_panels", registry)
    monkeypatch.setattr("doanso.partners.views.partners.partner_panels", registry)
    ports.partner_panels.register(
        "test.markets", "main", 10, lambda _actor, page: Panel("parts/note.html", {"of": page.partner.pk})
    )
    assert as_user(partnership.tree.an).get(_page(partnership)).context["panels"]["main"][0].context == {
        "of": partnership.bank.pk
    }


def test_the_page_costs_the_same_with_few_and_many(partnership, as_user):
    an = as_user(partnership.tree.an)
    counts = []
    for wanted in (1, 9):
        while Agreement.objects.count() < wanted:
            partnership.agree(title=f"Thỏa thuận {Agreement.objects.count()}")
            partnership.undertake()
        an.get(_page(partnership))
        with CaptureQueriesContext(connection) as captured:
            an.get(_page(partnership))
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_a_partner_is_entered_changed_ended_and_taken_up_again(tree, as_user):
    an = as_user(tree.an)
    page = _text(an.get(f"{LIST}new/"))
    assert '<input type="hidden" name="unit" value="p4"' in page
    values = {"unit": "p4", "kind": "market-board", "name": "Ban quản lý chợ", "key": str(uuid7())}
    answer = an.post(f"{LIST}new/", values, follow=True)
    partner = Partner.objects.get()
    assert answer.redirect_chain == [(f"{LIST}{partner.pk}/", 302)]
    assert an.post(f"{LIST}new/", values).url == f"{LIST}{partner.pk}/"
    again = an.post(f"{LIST}new/", values | {"key": str(uuid7())})
    assert again.status_code == 422
    assert "Tôi đã xem lại: đây là đơn vị khác" in _text(again)
    assert an.post(f"{LIST}new/", values | {"key": str(uuid7()), "confirmed": "on"}).status_code == 302

    changed = {"kind": "school", "name": "Trường chợ", "short_name": "", "read": "1"}
    assert an.post(f"{LIST}{partner.pk}/edit/", changed).status_code == 302
    stale = an.post(f"{LIST}{partner.pk}/edit/", changed)
    assert "Người khác vừa sửa mục này." in _text(stale)
    ended = an.post(f"{LIST}{partner.pk}/end/", {"reason": "Hết việc", "read": "2"}, follow=True)
    assert "Kết thúc phối hợp ngày 12/11/2023: Hết việc" in _text(ended)
    an.post(f"{LIST}{partner.pk}/resume/")
    partner.refresh_from_db()
    assert partner.ended_on is None


def test_the_city_chooses_the_unit_and_branches_keep_none(tree, as_user):
    form = as_user(tree.dung).get(f"{LIST}new/").context["form"]
    assert [code for code, _name in form.fields["unit"].choices] == ["my-tho", "p4", "p5"]


def test_contacts_by_their_forms(partnership, as_user):
    an = as_user(partnership.tree.an)
    values = {"name": "Trần Văn Tư", "phone": "12", "since": "01/11/2023", "key": str(uuid7())}
    refused = an.post(_page(partnership, "contacts/new/"), values)
    assert refused.status_code == 422
    assert refused.context["form"].errors["phone"]
    assert an.post(_page(partnership, "contacts/new/"), values | {"phone": "1900 54 54 13"}).status_code == 302
    tu = PartnerContact.objects.get(name="Trần Văn Tư")
    assert 'value="1900545413"' in _text(an.get(_page(partnership, f"contacts/{tu.pk}/edit/")))
    an.post(_page(partnership, f"contacts/{tu.pk}/end/"))
    assert "1 người trước đây" in _text(an.get(_page(partnership)))
    an.post(_page(partnership, f"contacts/{tu.pk}/remove/"))
    assert not PartnerContact.objects.filter(pk=tu.pk).exists()


# --- Agreements -------------------------------------------------------------------------------------------------------


def test_an_agreement_is_entered_with_its_file(partnership, as_user):
    an = as_user(partnership.tree.an)
    values = {
        "title": "Thỏa thuận mới",
        "valid_from": "01/12/2023",
        "valid_until": "30/11/2024",
        "paper": SimpleUploadedFile("ban-ky.pdf", base_pdf(), "application/pdf"),
        "key": str(uuid7()),
    }
    answer = an.post(_page(partnership, "agreements/new/"), values)
    agreement = Agreement.objects.get(title="Thỏa thuận mới")
    page = _page(partnership, f"agreements/{agreement.pk}/")
    assert answer.url == page
    assert "ban-ky.pdf" in _text(an.get(page))
    content = an.get(f"{page}file/")
    assert b"".join(content.streaming_content)[:5] == b"%PDF-"
    assert as_user(partnership.tree.chi).get(f"{page}file/").status_code == 404
    an.post(f"{page}file/erase/")
    assert "đã xóa" in _text(an.get(page))


def test_the_page_has_a_text_for_the_partner(partnership, as_user):
    text = _text(as_user(partnership.tree.an).get(_agreement_page(partnership)))
    assert "Kính gửi Sông Tiền," in text
    assert "có hiệu lực đến hết ngày 30/11/2023" in text
    assert "- Gian mở tài khoản tại ngày hội, 2 gian, hạn 20/11/2023" in text


def test_a_renewal_begins_with_the_former_values(partnership, as_user):
    an = as_user(partnership.tree.an)
    form = an.get(_agreement_page(partnership, "renew/")).context["form"]
    assert form["valid_from"].value() == "01/12/2023"
    assert form["valid_until"].value() == "31/08/2024"
    values = {
        "title": "Thỏa thuận phối hợp",
        "valid_from": "01/12/2023",
        "valid_until": "31/08/2024",
        "read": "1",
        "key": str(uuid7()),
    }
    answer = an.post(_agreement_page(partnership, "renew/"), values, follow=True)
    assert "Các lần gia hạn" in _text(answer)
    assert "Đang hiệu lực" in _text(an.get(_agreement_page(partnership)))


def test_an_agreement_that_ran_out_is_closed_without_a_day(partnership, as_user, business_day):
    business_day(date(2023, 12, 5))
    an = as_user(partnership.tree.an)
    page = an.get(_agreement_page(partnership, "end/"))
    assert "on" not in page.context["form"].fields
    an.post(_agreement_page(partnership, "end/"), {"reason": "Không gia hạn", "read": "1"})
    partnership.agreement.refresh_from_db()
    assert partnership.agreement.ended_on == date(2023, 11, 30)
    an.post(_agreement_page(partnership, "resume/"))
    partnership.agreement.refresh_from_db()
    assert partnership.agreement.ended_on is None


# --- Undertakings -----------------------------------------------------------------------------------------------------


def test_undertakings_by_their_forms(partnership, as_user):
    an = as_user(partnership.tree.an)
    form = an.get(_page(partnership, "undertakings/new/")).context["form"]
    assert form["agreement"].value() == str(partnership.agreement.pk)
    values = {"kind": "prizes", "text": "Quà cho người thanh toán lần đầu", "quantity": "1.200", "key": str(uuid7())}
    assert an.post(_page(partnership, "undertakings/new/"), values).status_code == 302
    prizes = Undertaking.objects.get(kind="prizes")
    assert (prizes.quantity, prizes.unit_of_count) == (1200, "phần")
    page = _page(partnership, f"undertakings/{prizes.pk}/")
    an.post(f"{page}edit/", values | {"quantity": "900", "read": "1"})
    less = an.post(f"{page}settle/", {"state": "partly", "done_quantity": "500", "read": "2"})
    assert "Ghi lý do trong vài chữ." in _text(less)
    an.post(f"{page}settle/", {"state": "partly", "done_quantity": "500", "note": "Hết quà", "read": "2"})
    text = _text(an.get(_page(partnership)))
    assert "500 / 900 phần" in text
    assert an.get(f"{page}settle/").status_code == 302
    an.post(f"{page}reopen/")
    prizes.refresh_from_db()
    assert prizes.state == "open"


# --- Inbox, search ----------------------------------------------------------------------------------------------------


def test_what_is_due_waits_in_the_inbox_of_its_own_unit(partnership, as_user):
    text = _text(as_user(partnership.tree.an).get("/today/"))
    assert "1 thỏa thuận cần gia hạn hoặc khép lại" in text
    assert "1 cam kết của đối tác đến hạn" in text
    assert "cần gia hạn" not in _text(as_user(partnership.tree.dung).get("/today/"))
    counts = as_user(partnership.tree.an).get("/waiting/").json()["counts"]
    assert (counts["movement.partners"], counts["partners:agreements"]) == ("2", "1")


def test_the_search_finds_partners_by_name(partnership, as_user):
    text = _text(as_user(partnership.tree.an).post("/search/results/", {"q": "song tien"}))
    assert "Phong trào" in text
    assert f"/partners/{partnership.bank.pk}/" in text
    assert f"/partners/{partnership.bank.pk}/" not in _text(
        as_user(partnership.tree.chi).post("/search/results/", {"q": "song tien"})
    )
    opened = as_user(partnership.tree.an).post("/search/results/", {"opened": [_page(partnership)]})
    assert "Ngân hàng Sông Tiền" in _text(opened)


@pytest.mark.engines
def test_the_search_shows_running_partners_first_and_leads_to_ended_ones_too(partnership):
    an = partnership.tree.an
    ended = partnership.partner("Ngân hàng An Sông")
    actions.end_partner(actor=an, partner=ended, read=1, reason="Rút điểm giao dịch.")
    found = find_partners(an, SearchWords.parse("song"))
    assert [entry.title for entry in found.entries] == ["Ngân hàng Sông Tiền", "Ngân hàng An Sông"]
    assert found.list_url == f"{LIST}?q=song&state=all"


def test_an_ended_units_partners_are_kept_by_the_unit_that_keeps_its_records(partnership, as_user):
    tree = partnership.tree
    assert as_user(tree.chi).get(_page(partnership)).status_code == 404
    p5 = tree.units["p5"]
    Unit.objects.filter(code="p4").update(until=TODAY, successor=p5, keeper=p5)
    assert as_user(tree.chi).get(_page(partnership)).status_code == 200
    actions.end_agreement(actor=tree.chi, agreement=partnership.agreement, read=1, reason="Sáp nhập phường")
