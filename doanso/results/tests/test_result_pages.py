"""The pages of results: the list, the form, one result and what is done on it, with their statements and their sentences."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.lib.uuid7 import uuid7
from doanso.organisation.actions import end_unit
from doanso.results import actions, queries
from doanso.results.models import Result, ResultState
from doanso.signing.tests.pki import base_pdf
from doanso.targets.actions.loading import Publication, publish_plan
from doanso.targets.copying import shift_plan
from doanso.targets.queries.plans import plan_of

pytestmark = pytest.mark.django_db

LIST, NEW = "/results/", "/results/new/"


def _form(reporting, **changes):
    return {
        "indicator": str(reporting.indicators["trees"].pk),
        "unit": "p4-kp1",
        "happened_on": "05/11/2023",
        "quantity": "250",
        "text": "Trồng cây dọc kênh",
        "key": str(uuid7()),
        **changes,
    }


def _page(result, rest=""):
    return f"{LIST}{result.pk}/{rest}"


# --- Report -----------------------------------------------------------------------------------------------------------


def test_a_branch_secretary_reports_in_one_page(reporting, as_user):
    binh = as_user(reporting.tree.binh)
    page = binh.get(NEW).content.decode()
    # One unit only, today's day and the indicator are there already.
    assert '<input type="hidden" name="unit" value="p4-kp1"' in page
    assert 'value="12/11/2023"' in page
    answer = binh.post(NEW, _form(reporting, quantity="1.250"), follow=True)
    assert answer.redirect_chain == [(_page(Result.objects.get()), 302)]
    text = answer.content.decode()
    assert "Đã ghi. Cấp trên xác nhận rồi mới tính vào số liệu." in text
    assert "1.250 cây" in text
    assert "Chờ xác nhận" in text


def test_what_is_to_come_is_not_offered_and_what_runs_stands_first(reporting, as_user, business_day):
    plan = shift_plan(plan_of(reporting.programme), 1)
    publish_plan(actor=reporting.tree.dung, plan=plan, publication=Publication())
    client = as_user(reporting.tree.an)

    def offered():
        choices = client.get(NEW).context["form"].fields["indicator"].choices
        return [indicator for indicator in choices if indicator[0]]

    assert {key for key, _title in offered()} == {str(reporting.indicators[code].pk) for code in ("trees", "works")}
    business_day(date(2024, 1, 2))
    assert [title for title, _choices in offered()] == [plan.title, reporting.programme.title]
    business_day(date(2022, 12, 1))
    text = client.get(NEW).content.decode()
    assert f"“{reporting.programme.title}” bắt đầu từ 01/01/2023; từ ngày đó mới ghi được kết quả." in text


def test_the_indicator_and_unit_of_the_address_are_chosen(reporting, as_user):
    works = reporting.indicators["works"]
    page = as_user(reporting.tree.an).get(f"{NEW}?indicator={works.pk}&unit=p4-kp2").content.decode()
    assert f'<option value="{works.pk}" selected>Công trình (công trình)</option>' in page
    assert '<option value="p4-kp2" selected>' in page
    assert "Văn bản được ký số" not in page


def test_a_form_sent_twice_leads_to_the_same_result(reporting, as_user):
    form = _form(reporting)
    an = as_user(reporting.tree.an)
    addresses = {an.post(NEW, form).url for _number in range(2)}
    assert addresses == {_page(Result.objects.get())}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"quantity": "nhiều"}, "Nhập số nguyên, ví dụ 250."),
        ({"quantity": ""}, "Hãy điền mục này."),
        ({"quantity": "-3"}, "Nhập số nguyên, ví dụ 250."),
        ({"quantity": "2.5"}, "Nhập số nguyên, ví dụ 250."),
        ({"happened_on": "13/11/2023"}, "Ngày này chưa tới. Việc làm xong rồi hãy ghi kết quả."),
        ({"text": ""}, "Hãy điền mục này."),
        ({"unit": "p5"}, "Hãy chọn"),
    ],
)
def test_a_mistake_stands_beside_its_field_and_what_was_typed_stays(reporting, as_user, changes, sentence):
    answer = as_user(reporting.tree.an).post(NEW, _form(reporting) | {"text": "Trồng cây ở trường"} | changes)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert "text" in changes or "Trồng cây ở trường" in text
    assert not Result.objects.exists()


def test_a_number_beyond_the_target_asks_for_a_second_look(reporting, as_user):
    an, form = as_user(reporting.tree.an), _form(reporting, quantity="25000")
    page = an.post(NEW, form)
    assert page.status_code == 422
    assert "Tôi đã xem lại, ghi như vậy là đúng" in page.content.decode()
    assert an.post(NEW, form | {"confirmed": "on"}).status_code == 302


def test_files_are_handed_out_to_those_who_see_the_result(reporting, as_user):
    files = [SimpleUploadedFile(name, base_pdf(name), "application/pdf") for name in ("mot.pdf", "hai.pdf")]
    as_user(reporting.tree.binh).post(NEW, _form(reporting, evidence=files))
    result = Result.objects.get()
    first, second = queries.latest_version(result).files.all()
    address = reverse("results:file", args=[result.pk, second.pk])
    answer = as_user(reporting.tree.dung).get(address)
    assert b"".join(answer).startswith(b"%PDF")
    assert "hai.pdf" in answer["Content-Disposition"]
    assert as_user(reporting.tree.chi).get(address).status_code == 404
    erased = as_user(reporting.tree.an).post(reverse("results:erase-file", args=[result.pk, first.pk]), follow=True)
    assert "Đã xóa hẳn tệp; kết quả giữ nguyên." in erased.content.decode()
    assert as_user(reporting.tree.dung).get(reverse("results:file", args=[result.pk, first.pk])).status_code == 410


def test_where_no_indicator_asks_for_results_the_page_says_so(tree, as_user):
    for path in (LIST, NEW):
        text = as_user(tree.an).get(path).content.decode()
        assert "Chưa có chỉ tiêu nào ghi kết quả bằng tay." in text
        assert "Xem các chỉ tiêu" in text


# --- One result -------------------------------------------------------------------------------------------------------


def test_the_officer_confirms_and_comes_to_the_next_one(reporting, as_user):
    first, second = reporting.report("p4-kp1"), reporting.report("p4-kp2", 40)
    an = as_user(reporting.tree.an)
    assert "Xác nhận 250 cây" in an.get(_page(first)).content.decode()
    answer = an.post(_page(first, "attest/"), {"read": "1.waiting"}, follow=True)
    # What An wrote waits for somebody else, so nothing is left.
    assert answer.redirect_chain == [(_page(first), 302)]
    assert "Không còn kết quả nào chờ bạn." in answer.content.decode()
    third = reporting.report("p5", 7)
    dung = as_user(reporting.tree.dung)
    answer = dung.post(_page(second, "attest/"), {"read": "1.waiting"}, follow=True)
    assert answer.redirect_chain == [(_page(third), 302)]
    assert "Đây là kết quả tiếp theo chờ bạn." in answer.content.decode()
    assert reporting.shown() == {"p4-kp1": 250, "p4-kp2": 40, "p4": 290, "my-tho": 290}


def test_what_changed_meanwhile_is_shown_anew(reporting, as_user):
    result = reporting.report()
    reporting.correct(result, 25)
    answer = as_user(reporting.tree.dung).post(_page(result, "attest/"), {"read": "1.waiting"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Kết quả này vừa có người thay đổi. Hãy đọc lại bên dưới rồi quyết định." in text
    assert "Xác nhận 25 cây" in text
    assert 'value="2.waiting"' in text


def test_who_wrote_it_is_told_that_somebody_else_confirms(reporting, as_user):
    result = reporting.report("my-tho", 3)
    dung, hoa = as_user(reporting.tree.dung), as_user(reporting.hoa)
    own = "Bạn là người ghi kết quả này nên phải do cán bộ khác xác nhận."
    page = dung.get(_page(result)).content.decode()
    assert own in page
    assert "Xác nhận 3 cây" not in page
    assert own in dung.post(_page(result, "attest/"), {"read": "1.waiting"}).content.decode()
    assert "Xác nhận 3 cây" in hoa.get(_page(result)).content.decode()


def test_where_nobody_else_may_confirm_the_page_says_whom_to_appoint(reporting, as_user):
    RoleAssignment.objects.filter(user__in=[reporting.hoa, reporting.tree.giang]).update(until=date(2023, 11, 1))
    result = reporting.report("my-tho", 3)
    page = as_user(reporting.tree.dung).get(_page(result)).content.decode()
    assert "Chưa có ai khác xác nhận được kết quả này: người ghi không tự xác nhận." in page
    assert 'href="/users/grant/"' in page
    # An's branch has the ward above it, so nothing is missing there.
    assert "Chưa có ai khác" not in as_user(reporting.tree.binh).get(_page(reporting.report())).content.decode()


def test_sent_back_the_unit_reads_the_reason_and_corrects(reporting, as_user):
    result = reporting.report()
    dung, binh = as_user(reporting.tree.dung), as_user(reporting.tree.binh)
    answer = dung.post(_page(result, "return/"), {"read": "1.waiting", "return-reason": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Ghi lý do bằng vài chữ." in page
    labels = re.findall(r'<label [^>]*for="id_(?:return|withdraw)-reason"[^>]*>(.*?)</label>', page)
    assert labels == ["Lý do"] * len(labels) != []
    dung.post(_page(result, "return/"), {"read": "1.waiting", "return-reason": "Thiếu biên bản"})
    page = binh.get(_page(result)).content.decode()
    assert "Phạm Thị Dung trả lại: Thiếu biên bản" in page
    form = {"happened_on": "05/11/2023", "quantity": "200", "text": "Trồng cây", "read": "1.returned"}
    missing = binh.post(_page(result, "correct/"), form)
    assert missing.status_code == 422
    assert "Hãy điền mục này." in missing.content.decode()
    done = binh.post(_page(result, "correct/"), form | {"why": "Đếm lại theo biên bản"}, follow=True)
    text = done.content.decode()
    assert "Đã sửa. Cấp trên xác nhận rồi mới tính vào số liệu." in text
    assert "Trước khi sửa" in text
    assert "250 cây · 05/11/2023" in text


def test_a_correction_based_on_an_old_page_leads_back_to_the_result(reporting, as_user):
    result = reporting.report()
    reporting.attest(result)
    form = {"happened_on": "05/11/2023", "quantity": "200", "text": "Trồng cây", "read": "1.waiting", "why": "Sửa"}
    answer = as_user(reporting.tree.binh).post(_page(result, "correct/"), form, follow=True)
    assert answer.redirect_chain == [(_page(result), 302)]
    assert "Kết quả này vừa có người thay đổi." in answer.content.decode()
    assert reporting.fresh(result).state == ResultState.ATTESTED


def test_withdrawn_it_is_readable_and_nothing_is_left_to_do(reporting, as_user):
    result = reporting.report()
    binh = as_user(reporting.tree.binh)
    answer = binh.post(
        _page(result, "withdraw/"), {"read": "1.waiting", "withdraw-reason": "Ghi nhầm chi đoàn"}, follow=True
    )
    text = answer.content.decode()
    assert "Đã rút. Kết quả không còn tính ở đâu nữa." in text
    assert "Trần Thị Bình đã rút: Ghi nhầm chi đoàn" in text
    assert "Sửa lại" not in text
    assert binh.get(_page(result, "correct/")).status_code == 302


def test_a_closed_month_is_said_before_it_is_confirmed(reporting, as_user):
    result = reporting.report(on=date(2023, 10, 20))
    reporting.close("my-tho", date(2023, 10, 31))
    dung = as_user(reporting.tree.dung)
    sentence = "Tháng của ngày này đã chốt. Xác nhận bây giờ thì tính từ ngày 01/11/2023."
    assert sentence in dung.get(_page(result)).content.decode()
    dung.post(_page(result, "attest/"), {"read": "1.waiting"})
    page = dung.get(_page(result)).content.decode()
    assert "Tính vào số liệu từ" in page
    assert "01/11/2023" in page


def test_of_a_stranger_there_is_no_page(reporting, as_user):
    result = reporting.report()
    for name, status in (("chi", 404), ("khoa", 404), ("lan", 404), ("minh", 404), ("hanh", 200), ("giang", 200)):
        assert as_user(getattr(reporting.tree, name)).get(_page(result)).status_code == status


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_waits_for_me_what_i_wrote_and_everything(reporting, as_user):
    reporting.report("p4-kp1", 250)
    reporting.report("p4-kp2", 40)
    reporting.attest(reporting.report("p5", 1000))
    an = as_user(reporting.tree.an)

    def shown(client, view, **filters):
        query = "".join(f"&{name}={value}" for name, value in filters.items())
        text = client.get(f"{LIST}?view={view}{query}").content.decode()
        return [quantity for quantity in ("250 cây", "40 cây", "1.000 cây") if quantity in text]

    assert shown(an, "to-attest") == ["250 cây"]
    assert shown(an, "own") == ["40 cây"]
    assert shown(an, "all") == ["250 cây", "40 cây"]
    dung = as_user(reporting.tree.dung)
    assert shown(dung, "to-attest") == ["250 cây", "40 cây"]
    assert shown(dung, "all", state="attested") == ["1.000 cây"]
    assert shown(dung, "all", unit="p4") == ["250 cây", "40 cây"]
    assert shown(dung, "all", q="doc+kenh") == ["250 cây", "40 cây", "1.000 cây"]
    assert shown(dung, "all", q="san+bay") == []
    assert shown(dung, "all", indicator=reporting.indicators["works"].pk) == []


def test_the_list_names_a_unit_that_has_ended(reporting, as_user):
    reporting.attest(reporting.report("p4-kp1", 7))
    end_unit(actor=reporting.tree.giang, unit=reporting.unit("p4-kp1"), successor=None)

    [row] = as_user(reporting.tree.giang).get(LIST, {"view": queries.ALL}).context["rows"]

    assert row["unit"] == "Chi đoàn Khu phố 1, Phường 4"


def test_the_ticked_ones_are_confirmed_together(reporting, as_user):
    results = [reporting.report("p4-kp1", quantity) for quantity in (1, 2, 3)]
    dung = as_user(reporting.tree.dung)
    page = dung.get(f"{LIST}?view=to-attest").content.decode()
    choices = [f"{result.pk}~1.waiting" for result in results[:2]]
    assert all(f'value="{choice}"' in page for choice in choices)
    answer = dung.post(f"{LIST}attest/", {"results": choices}, follow=True)
    assert "Đã xác nhận 2 kết quả." in answer.content.decode()
    assert reporting.shown() == {"p4-kp1": 3, "p4": 3, "my-tho": 3}
    again = dung.post(f"{LIST}attest/", {"results": choices}, follow=True)
    assert "Kết quả này vừa có người thay đổi." in again.content.decode()
    assert as_user(reporting.tree.chi).post(f"{LIST}attest/", {"results": choices}).status_code == 404
    assert dung.post(f"{LIST}attest/", {"results": ["x"]}).status_code == 404


@pytest.mark.parametrize("view", ["all", "to-attest"])
def test_statements_do_not_grow_with_results(reporting, as_user, view):
    dung = as_user(reporting.tree.dung)

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert dung.get(f"{LIST}?view={view}").status_code == 200
        return len(captured)

    reporting.report("p4-kp1", 1)
    few = statements()
    for quantity in range(2, 9):
        reporting.report("p4-kp2", quantity)
        reporting.report("p5", quantity)
    assert statements() == few


def test_each_page_has_at_most_one_main_button(reporting, as_user):
    waiting, returned = reporting.report(), reporting.report("p4-kp2", 40)
    attested = reporting.attest(reporting.report("p5", 7))
    actions.return_result(
        actor=reporting.tree.dung, result=returned, read=queries.state_token(returned), reason="Thiếu biên bản"
    )
    pages = [LIST, f"{LIST}?view=to-attest", f"{LIST}?view=own", f"{LIST}?q=xyz", NEW]
    pages += [_page(result) for result in (waiting, returned, attested)]
    pages += [_page(returned, "correct/"), "/programmes/tinh-nguyen-2023/indicators/trees/"]
    for name in ("dung", "an"):
        client = as_user(getattr(reporting.tree, name))
        for path in pages:
            answer = client.get(path)
            if answer.status_code != 404:
                assert answer.content.decode().split('id="main"')[1].count("data-primary") <= 1, (name, path)


def test_nothing_waits(reporting, as_user):
    text = as_user(reporting.tree.dung).get(f"{LIST}?view=to-attest").content.decode()
    assert "Không có kết quả nào chờ bạn xác nhận." in text
    assert "Không có kết quả nào theo bộ lọc này." in as_user(reporting.tree.dung).get(f"{LIST}?q=xyz").content.decode()


# --- Beside the figure, in the inbox, in the search -------------------------------------------------------------------


def test_the_indicators_page_leads_to_the_form_and_says_what_waits(reporting, as_user):
    reporting.report("p4-kp1", 250)
    reporting.attest(reporting.report("p4-kp2", 40))
    address = "/programmes/tinh-nguyen-2023/indicators/trees/"
    text = as_user(reporting.tree.dung).get(address).content.decode()
    assert f"/results/new/?indicator={reporting.indicators['trees'].pk}&amp;unit=my-tho" in text
    assert "1 kết quả chờ xác nhận" in text
    assert "<b>250 cây</b>" in text
    # The figure opens down to its records, which add up to it.
    assert "Cộng lại được 40 cây" in text
    assert "40 cây: Trồng cây dọc kênh" in text
    result = Result.objects.get(state="attested")
    assert f'href="{_page(result)}"' in text
    inspector = as_user(reporting.tree.hanh).get(address).content.decode()
    assert "/results/new/" not in inspector
    other = as_user(reporting.tree.dung).get("/programmes/tinh-nguyen-2023/indicators/signed-documents/")
    assert "Đơn vị đã ghi" not in other.content.decode()


def test_the_inbox_counts_what_waits_for_me_and_what_came_back(reporting, as_user):
    reporting.report("p4-kp1", 250)
    returned = reporting.report("p4-kp1", 30)
    actions.return_result(
        actor=reporting.tree.dung, result=returned, read=queries.state_token(returned), reason="Thiếu biên bản"
    )
    assert "kết quả chờ bạn xác nhận" in as_user(reporting.tree.an).get("/today/").content.decode()
    assert "kết quả bị trả lại để sửa" in as_user(reporting.tree.binh).get("/today/").content.decode()
    assert "kết quả bị trả lại để sửa" not in as_user(reporting.tree.an).get("/today/").content.decode()


def test_a_result_is_found_by_its_words(reporting, as_user):
    reporting.report("p4-kp1", 250, text="Trồng cây dọc kênh Bảo Định")
    found = as_user(reporting.tree.dung).post("/search/", {"q": "bao dinh"}).content.decode()
    assert "250 cây" in found
    assert "250 cây" not in as_user(reporting.tree.chi).post("/search/", {"q": "bao dinh"}).content.decode()
