"""The page of a unit's settings for documents: who signs, who stands in, how numbers run."""

import re
from datetime import date

import pytest

from doanso.documents.forms.unit_settings import settings_form_heading
from doanso.documents.models import Mandate, Numbering, Series, StandIn

pytestmark = pytest.mark.django_db

PAGE = "/units/p4/documents/"


def test_the_secretary_gives_an_authority_and_ends_it(office, as_user):
    an = as_user(office.an)
    data = {
        "form": "mandate",
        "user": office.phuc.pk,
        "wording": "KT.",
        "body": "BÍ THƯ",
        "post": "PHÓ BÍ THƯ",
        "since": "12/11/2023",
    }
    answer = an.post(PAGE, data, follow=True)
    assert "Đã lưu." in answer.content.decode()
    assert "PHÓ BÍ THƯ" in answer.content.decode()

    mandate = Mandate.objects.get(user=office.phuc)
    end = f"{PAGE}mandates/{mandate.pk}/end/"
    assert "Hãy ghi ngày cuối, ví dụ 31/12/2023." in an.post(end, {"until": "x"}, follow=True).content.decode()
    an.post(end, {"until": "31/12/2023"})
    mandate.refresh_from_db()
    assert mandate.until is not None


def test_authority_by_mandate_needs_its_paper_and_the_form_stays_open(office, as_user):
    data = {"form": "mandate", "user": office.phuc.pk, "wording": "TUQ.", "body": "BÍ THƯ", "post": "ỦY VIÊN",
            "since": "12/11/2023"}  # fmt: skip
    answer = as_user(office.an).post(PAGE, data)
    assert answer.status_code == 422
    opened = re.findall(r"<details\b[^>]* open><summary>([^<]+)</summary>", answer.content.decode())
    assert opened == [str(settings_form_heading("mandate"))]
    assert not Mandate.objects.filter(user=office.phuc).exists()


def test_somebody_stands_in_for_a_while(office, as_user):
    an = as_user(office.an)
    data = {"form": "stand-in", "user": office.phuc.pk, "deputy": office.mai.pk, "since": "12/11/2023",
            "until": "19/11/2023", "reason": "Đi học"}  # fmt: skip
    answer = an.post(PAGE, data, follow=True)
    assert "Trần Ngọc Mai thay Nguyễn Hữu Phúc" in answer.content.decode()
    an.post(f"{PAGE}stand-ins/{StandIn.objects.get().pk}/end/")
    text = an.get(PAGE).content.decode()
    assert "12/11/2023 – 12/11/2023" in text
    assert "/stand-ins/" not in text

    oneself = an.post(PAGE, data | {"deputy": office.phuc.pk})
    assert oneself.status_code == 422


def test_numbers_go_on_from_the_paper_book(office, as_user):
    an = as_user(office.an)
    data = {"form": "series", "profile": "doan", "kind": "plan", "last_value": "127"}
    missing = an.post(PAGE, data)
    assert (missing.status_code, Series.objects.exists()) == (422, False)
    assert 'value="127"' in missing.content.decode()

    data["last_dated"] = "08/11/2023"
    assert "số cuối 127" in an.post(PAGE, data, follow=True).content.decode()
    assert Series.objects.values_list("last_value", "last_dated").get() == (127, date(2023, 11, 8))


def test_the_way_numbers_run_is_set_shown_and_refused_where_it_would_repeat_them(office, as_user):
    an = as_user(office.an)
    data = {"form": "numbering", "profile": "doan", "scope": "all", "era": "NK XII", "since": "01/12/2023"}
    text = an.post(PAGE, data, follow=True).content.decode()
    assert "Từ ngày 01/12/2023 · NK XII" in text
    again = an.post(PAGE, data | {"since": "05/12/2023", "era": "NK XIII", "new_term": "on"}, follow=True)
    assert "Từ ngày 05/12/2023 · nhiệm kỳ mới NK XIII" in again.content.decode()

    answer = an.post(PAGE, data | {"since": "06/12/2023", "era": "", "new_term": "on"})
    assert answer.status_code == 422
    assert "Hãy ghi tên nhiệm kỳ bắt đầu." in answer.content.decode()
    an.post(PAGE, data | {"profile": "nd30", "era": "", "since": "01/01/2024"})
    numberings = Numbering.objects.order_by("profile", "since").values_list("profile", "era", "new_term")
    assert list(numberings) == [("doan", "NK XII", False), ("doan", "NK XIII", True), ("nd30", "", False)]


def test_who_only_reads_or_writes_sets_nothing(office, as_user):
    assert as_user(office.mai).get(PAGE).status_code == 403
    assert as_user(office.tree.dung).get(PAGE).status_code == 403
    assert as_user(office.tree.chi).get(PAGE).status_code == 404
    assert as_user(office.an).post(PAGE, {"form": "other"}).status_code == 404
    end = f"{PAGE}mandates/{office.mandate.pk}/end/"
    assert as_user(office.mai).post(end, {"until": "12/11/2023"}).status_code == 403
