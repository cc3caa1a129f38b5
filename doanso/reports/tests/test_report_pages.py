"""Pages of reports: the archive, a new one, the editor with its preview, files, and messages."""

import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.files.models import Blob
from doanso.reports.actions import renderings
from doanso.reports.actions.reports import freeze_report
from doanso.reports.models import Passage, Rendering, Report
from doanso.reports.tests.test_write_report import begun, write

pytestmark = pytest.mark.django_db

HOME = "/programmes/my-tho-2023/reports/"
FORM = {"unit": "my-tho", "period": "", "kind": "month", "day": "15/10/2023", "last_day": "", "form": "doan"}
BY_SCRIPT = {"HX-Request": "true"}
AS_JSON = {"Accept": "application/json"}


def at(report: Report, suffix: str = "") -> str:
    return f"{HOME}{report.pk}/{suffix}"


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


# --- Archive and beginning ----------------------------------------------------------------------------------------------


def test_the_menu_s_address_leads_to_the_programme_s_archive(scene, as_user):
    assert as_user(scene.user("an")).get("/reports/")["Location"] == HOME


def test_the_archive_shows_what_one_may_see_and_is_narrowed(scene, as_user):
    begun(scene)
    begun(scene, by="an", code="p4", period="2023-W41")
    begun(scene, by="chi", code="p5", period="2023-Q3")
    everything = text_of(as_user(scene.user("dung")).get(HOME))
    ward = text_of(as_user(scene.user("an")).get(HOME))

    assert all(
        title in everything for title in ("Tháng 10 năm 2023", "Tuần 41 năm 2023", "Quý III năm 2023", "Đang viết")
    )
    assert "Tuần 41 năm 2023" in ward
    assert "Quý III năm 2023" not in ward
    narrowed = text_of(as_user(scene.user("dung")).get(f"{HOME}?unit=p5&kind=quarter"))
    assert "Quý III năm 2023" in narrowed
    assert "Tuần 41 năm 2023" not in narrowed
    assert "Không có báo cáo nào đúng bộ lọc." in text_of(as_user(scene.user("dung")).get(f"{HOME}?kind=year"))


def test_the_archive_asks_the_same_for_any_number_of_reports(scene, as_user):
    client = as_user(scene.user("dung"))
    counts = []
    for periods in (["2023-10"], ["2023-09", "2023-08", "2023-07", "2023-W40", "2023-Q1"]):
        for period in periods:
            begun(scene, period=period)
        with CaptureQueriesContext(connection) as caught:
            client.get(HOME)
        counts.append(len(caught))

    assert counts[0] == counts[1]
    assert counts[0] <= 14


def test_a_page_of_the_archive_goes_on_with_the_next(scene, as_user, monkeypatch):
    monkeypatch.setattr("doanso.reports.queries.reports.PAGE", 1)
    begun(scene)
    begun(scene, period="2023-09")
    client = as_user(scene.user("dung"))

    assert "Tháng 10" in text_of(client.get(HOME))
    assert "Tháng 9" not in text_of(client.get(HOME))
    assert "Tháng 9" in text_of(client.get(f"{HOME}?page=2"))
    assert client.get(f"{HOME}?page=2").context["pages"]["previous"] == "?page=1"


def test_somebody_begins_a_report_and_opens_the_one_that_is_there(scene, as_user):
    client = as_user(scene.user("dung"))
    assert "Lập báo cáo" in text_of(client.get(f"{HOME}new/"))

    answer = client.post(f"{HOME}new/", FORM)
    again = client.post(f"{HOME}new/", FORM | {"day": "01/10/2023"}, follow=True)

    report = Report.objects.get()
    assert answer["Location"] == at(report)
    assert "đang được viết" in text_of(again)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"unit": "p9"}, "p9"),
        ({"day": ""}, "Hãy điền mục này"),
        ({"day": "01/12/2023"}, "mới bắt đầu"),
        ({"day": "01/12/2024"}, "không có ngày nào trong kỳ này"),
        ({"kind": "ad-hoc"}, "Hãy ghi cả ngày cuối"),
        ({"kind": "ad-hoc", "last_day": "01/10/2023"}, "đứng trước ngày đầu"),
    ],
)
def test_a_form_that_is_not_right_says_why(scene, as_user, changed, words):
    answer = as_user(scene.user("dung")).post(f"{HOME}new/", FORM | changed)

    assert answer.status_code == 422
    assert words.lower() in text_of(answer).lower()
    assert not Report.objects.exists()


def test_who_writes_for_a_ward_chooses_among_its_units(scene, as_user):
    offered = re.findall(
        r'<option value="([^"]+)"', as_user(scene.user("an")).get(f"{HOME}new/").content.decode().split("id_period")[0]
    )

    assert offered == ["p4", "p4-kp1", "p4-kp2"]
    assert as_user(scene.user("hanh")).get(f"{HOME}new/").status_code == 403
    assert as_user(scene.user("khoa")).get(f"{HOME}new/").status_code == 404


def test_a_month_s_page_leads_to_its_report(scene, as_user):
    client = as_user(scene.user("an"))
    address = f"{HOME}new/?unit=p4&kind=month&day=2023-10-01"
    assert address.replace("&", "&amp;") in client.get("/programmes/my-tho-2023/periods/2023-10/p4/").content.decode()
    form = client.get(address).context["form"]

    assert (form["unit"].value(), form["period"].value(), form["day"].value()) == ("p4", "2023-10", "01/10/2023")
    assert client.get(f"{HOME}new/?day=32").status_code == 200


def test_a_new_report_offers_months_and_the_last_closed_one_first(scene, as_user):
    scene.pass_on(month="2023-09")
    scene.do("close", "dung", "my-tho", "2023-09")
    client = as_user(scene.user("dung"))
    form = client.get(f"{HOME}new/").context["form"]
    (months, offered), (_longer, spans), other = form.fields["period"].choices

    assert (months, offered[0], offered[1]) == (
        "Các tháng", ("2023-09", "Tháng 9/2023 · đã chốt"), ("2023-11", "Tháng 11/2023")
    )  # fmt: skip
    assert len(offered) == 11
    assert [code for code, _title in spans][:4] == ["2023-Q3", "2023-H1", "2023-Q2", "2023-Q1"]
    assert other == ("", "Kỳ khác: chọn ở dưới")
    assert form["period"].value() == "2023-09"
    answer = client.post(f"{HOME}new/", {"unit": "my-tho", "period": "2023-09"})
    report = Report.objects.get()
    assert answer["Location"] == at(report)
    assert (report.kind, str(report.first_day), str(report.last_day)) == ("month", "2023-09-01", "2023-09-30")


def test_without_a_closed_month_the_last_complete_one_is_chosen(scene, as_user):
    form = as_user(scene.user("an")).get(f"{HOME}new/?unit=p4").context["form"]
    assert (form["unit"].value(), form["period"].value()) == ("p4", "2023-10")
    week = as_user(scene.user("an")).get(f"{HOME}new/?unit=p4&kind=week&day=2023-10-09").context["form"]
    assert (week["period"].value(), week["kind"].value(), week["day"].value()) == ("", "week", "09/10/2023")


# --- Editor -------------------------------------------------------------------------------------------------------------


def test_the_editor_has_every_heading_and_the_last_report_s_words_at_hand(scene, as_user):
    write(scene, begun(scene, period="2023-09"), "Đã họp ngày 5.")
    report = write(scene, begun(scene), "Còn chậm.", section="limits")
    shown = text_of(as_user(scene.user("dung")).get(at(report)))

    for heading in ("I. Công tác chỉ đạo", "II.1. Đoàn viên, thanh niên", "III.2. Hạn chế", "V. Kiến nghị"):
        assert heading in shown
    assert "Kỳ trước viết gì" in shown
    assert "Đã họp ngày 5." in shown
    assert "Còn chậm.</textarea>" in shown
    assert f'hx-get="{at(report, "preview/")}"' in shown


def seen(client, report: Report) -> dict[str, str]:
    """What the page sends besides texts: version and hash of what every heading showed, the report's version and its form."""
    page = client.get(at(report)).content.decode()
    return dict(re.findall(r'name="(seen-[^"]+|version)" value="([^"]+)"', page))


def test_everything_typed_is_kept_at_once_without_a_script(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    typed = seen(client, report) | {"text-direction": "Đã họp.", "text-tasks": "Sẽ làm.\r\n", "text-limits": ""}
    answer = client.post(at(report, "passages/"), typed | {"form": "nd30"}, follow=True)

    report.refresh_from_db()
    assert answer.redirect_chain == [(at(report), 302)]
    assert "Đã lưu báo cáo." in text_of(answer)
    assert dict(Passage.objects.values_list("section", "text")) == {"direction": "Đã họp.", "tasks": "Sẽ làm."}
    assert (report.version, report.form) == (3, "nd30")


def test_a_script_sends_what_changed_and_learns_what_became_of_it(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    versions = seen(client, report)
    answer = client.post(at(report, "passages/"), versions | {"text-direction": "Đã họp."}, headers=AS_JSON).json()

    assert answer["saved"]["direction"]["by"] == scene.user("dung").display_name
    assert answer["saved"]["direction"]["seen"].startswith("2.")
    assert (answer["newer"], answer["conflicts"], answer["problems"]) == ({}, {}, {})
    # Sent again, as after an answer that was lost: nothing changes.
    again = client.post(at(report, "passages/"), versions | {"text-direction": "Đã họp."}, headers=AS_JSON).json()
    assert again["saved"]["direction"]["seen"] == answer["saved"]["direction"]["seen"]
    assert Passage.objects.get().version == 2


def test_the_last_report_s_words_are_put_below_one_s_own(scene, as_user):
    write(scene, begun(scene, period="2023-09"), "Lời kỳ trước.", section="tasks")
    report = begun(scene)
    client = as_user(scene.user("dung"))
    client.post(at(report, "passages/"), seen(client, report) | {"text-tasks": "Lời mới.", "reuse": "tasks"})

    assert Passage.objects.get(report=report).text == "Lời mới.\nLời kỳ trước."


def test_who_comes_second_keeps_what_was_typed_and_reads_the_other_s_words(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    typed = seen(client, report) | {"text-direction": "Lời của Dung.", "text-limits": "Còn chậm.", "text-tasks": ""}
    write(scene, report, "Lời của Giang.", by="giang")
    report.refresh_from_db()
    write(scene, report, "Việc của Giang.", by="giang", section="tasks")
    answer = client.post(at(report, "passages/"), typed)

    shown = text_of(answer)
    assert answer.status_code == 422
    assert "Có người khác vừa viết" in shown
    assert "Lời của Dung.</textarea>" in shown
    assert "Lời của Giang." in shown
    # What was typed elsewhere is stored, and what was not typed stays as the other wrote it.
    stored = dict(Passage.objects.values_list("section", "text"))
    assert stored == {"direction": "Lời của Giang.", "limits": "Còn chậm.", "tasks": "Việc của Giang."}
    # Having read them, one may write.
    again = dict(re.findall(r'name="(seen-[^"]+)" value="([^"]+)"', answer.content.decode()))
    assert client.post(at(report, "passages/"), again | {"text-direction": "Lời của hai người."}).status_code == 302
    assert Passage.objects.get(section="direction").text == "Lời của hai người."


def test_a_script_gets_conflicts_and_what_others_wrote_elsewhere(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    typed = seen(client, report) | {"text-direction": "Lời của Dung.", "text-causes": "x" * 20_001}
    write(scene, report, "Lời của Giang.", by="giang")
    report.refresh_from_db()
    write(scene, report, "Việc của Giang.", by="giang", section="tasks")
    answer = client.post(at(report, "passages/"), typed, headers=AS_JSON).json()

    assert answer["saved"] == {}
    assert answer["conflicts"]["direction"]["text"] == "Lời của Giang."
    assert answer["conflicts"]["direction"]["by"] == scene.user("giang").display_name
    assert answer["newer"]["tasks"]["text"] == "Việc của Giang."
    assert list(answer["problems"]) == ["causes"]


def test_saving_costs_the_same_however_many_headings_are_written(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    costs = []
    for headings in (["direction"], ["limits", "causes", "tasks", "proposals"]):
        typed = seen(client, report) | {f"text-{heading}": "Lời." for heading in headings}
        with CaptureQueriesContext(connection) as caught:
            client.post(at(report, "passages/"), typed, headers=AS_JSON)
        costs.append(len(caught))

    assert costs[0] == costs[1]
    assert costs[0] <= 22


def test_what_is_typed_into_a_report_frozen_meanwhile_is_shown_to_its_writer(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    typed = seen(client, report) | {"text-direction": "Lời muộn."}
    freeze_report(actor=scene.user("giang"), report=report)
    plain = client.post(at(report, "passages/"), typed)

    assert plain.status_code == 422
    assert "Phần bạn vừa gõ, chưa được lưu:" in text_of(plain)
    assert "Lời muộn." in text_of(plain)
    by_script = client.post(at(report, "passages/"), typed, headers=AS_JSON)
    assert (by_script.status_code, list(by_script.json())) == (422, ["problem"])
    assert not Passage.objects.exists()


def test_freezing_keeps_what_is_typed_first(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    answer = client.post(at(report, "freeze/"), seen(client, report) | {"text-direction": "Đã họp.", "form": "nd30"})

    report.refresh_from_db()
    assert answer["Location"] == at(report)
    assert (report.content["form"], Passage.objects.get().text) == ("nd30", "Đã họp.")
    assert report.frozen_at is not None


def test_freezing_waits_where_somebody_else_wrote(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    typed = seen(client, report) | {"text-direction": "Lời của Dung."}
    write(scene, report, "Lời của Giang.", by="giang")

    assert client.post(at(report, "freeze/"), typed).status_code == 422
    report.refresh_from_db()
    assert report.frozen_at is None


def test_a_frozen_report_is_read_and_not_written(scene, as_user):
    report = write(scene, begun(scene), "Đã họp.")
    client = as_user(scene.user("dung"))
    assert client.post(at(report, "freeze/"), seen(client, report))["Location"] == at(report)
    shown = text_of(client.get(at(report)))

    assert "Đã chốt ngày 12/11/2023" in shown
    assert "Đã họp." in shown
    assert "<textarea" not in shown
    assert f'<a href="{at(report, "figures/portal-residents/")}">' in shown
    assert client.post(at(report, "passages/"), {"text-direction": "Khác", "seen-direction": "9."}).status_code == 422
    assert Passage.objects.get().text == "Đã họp."
    assert "đã chốt" in text_of(client.post(at(report, "freeze/"), follow=True))
    assert "đã chốt" in text_of(client.post(at(report, "form/"), {"form": "nd30"}, follow=True))


def test_a_draft_is_thrown_away(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))

    assert as_user(scene.user("hanh")).post(at(report, "discard/")).status_code == 403
    assert "Đã bỏ bản nháp" in text_of(client.post(at(report, "discard/"), follow=True))
    assert client.get(at(report)).status_code == 404


def test_whoever_only_reads_is_shown_no_form(scene, as_user):
    report = write(scene, begun(scene), "Đã họp.")
    client = as_user(scene.user("hanh"))
    shown = text_of(client.get(at(report)))

    assert "Đã họp." in shown
    assert 'id="s-limits">III.2. Hạn chế</h3>' in shown
    assert "<textarea" not in shown
    assert "Chốt báo cáo" not in shown
    assert client.post(at(report, "freeze/")).status_code == 403
    assert as_user(scene.user("an")).get(at(report)).status_code == 404


def test_a_heading_that_does_not_exist_is_left_out(scene, as_user):
    report = begun(scene)
    as_user(scene.user("dung")).post(at(report, "passages/"), {"text-elsewhere": "x", "seen-elsewhere": "0."})
    assert not Passage.objects.exists()


def test_the_preview_is_the_printed_document_and_its_pictures_come_one_by_one(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    piece = client.get(at(report, "preview/"), headers=BY_SCRIPT).content.decode()
    pictures = [html.unescape(address) for address in re.findall(r'<img src="([^"]+)"', piece)]

    assert len(pictures) >= 2
    assert 'alt="Trang 1 trên' in piece
    assert "<html" not in piece
    assert "<html" in client.get(at(report, "preview/")).content.decode()
    first = client.get(pictures[0])
    assert (first.status_code, first["Content-Type"]) == (200, "image/png")
    assert first.content.startswith(b"\x89PNG")
    # Another process has no pictures of it: they are drawn anew.
    assert client.get(pictures[0].split("?")[0]).content == first.content
    assert client.get(at(report, "preview/99/")).status_code == 404
    assert as_user(scene.user("an")).get(pictures[0]).status_code == 404


def test_the_editor_with_its_preview_is_light(scene, as_user):
    write(scene, begun(scene, period="2023-09"), "Lời kỳ trước. " * 40)
    report = begun(scene)
    for section in ("direction", "results", "strengths", "limits", "causes", "tasks", "proposals"):
        report = write(scene, report, "Đã họp giao ban và phân công từng đồng chí. " * 30, section=section)
    client = as_user(scene.user("dung"))
    page, piece = client.get(at(report)).content, client.get(at(report, "preview/"), headers=BY_SCRIPT).content

    assert len(page) + len(piece) <= 120_000
    assert page.count(b'data-words="') == 1


def test_unsaved_words_are_kept_for_their_writer_alone(scene, as_user):
    report = begun(scene)
    for name in ("dung", "giang"):
        page = as_user(scene.user(name)).get(at(report)).content.decode()
        assert f'data-words="{report.pk}.{scene.user(name).pk}"' in page


def test_the_editor_asks_the_same_however_much_is_written(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    counts = []
    for sections in (["direction"], ["results", "limits", "causes", "tasks", "proposals", "strengths"]):
        for section in sections:
            report = write(scene, report, "Lời.", section=section)
        with CaptureQueriesContext(connection) as caught:
            client.get(at(report))
        counts.append(len(caught))

    # More history is read in the same statements.
    assert counts[0] == counts[1]
    assert counts[0] <= 24


# --- Messages and files -------------------------------------------------------------------------------------------------


def test_the_message_for_zalo_can_be_copied(scene, as_user):
    report = begun(scene)
    shown = as_user(scene.user("dung")).get(at(report, "text/")).content.decode()

    assert "BÁO CÁO THÀNH ĐOÀN MỸ THO" in shown
    assert 'data-copy="m-1"' in shown
    assert f"http://testserver{at(report)}" in shown
    assert "ds/copy.js" in shown


def test_a_file_is_asked_for_watched_and_downloaded(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))
    assert client.post(at(report, "files/"), {"format": "csv"})["Location"] == f"{at(report)}#files"
    moving = text_of(client.get(at(report, "files/")))
    assert 'hx-trigger="every 1s"' in moving
    assert "Đang làm" in moving
    rendering = Rendering.objects.get()
    assert client.get(at(report, f"files/{rendering.pk}/")).status_code == 404

    renderings.make_rendering(rendering.pk)
    page = text_of(client.get(at(report, "files/")))
    assert "every 1s" not in page
    file = client.get(at(report, f"files/{rendering.pk}/"))
    assert (file.status_code, file["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert file["Content-Disposition"] == 'attachment; filename="bao-cao-my-tho-2023-10-01-2023-10-31.csv"'
    assert file.getvalue().startswith(b"\xef\xbb\xbf")
    assert as_user(scene.user("an")).get(at(report, f"files/{rendering.pk}/")).status_code == 404


def test_a_file_of_another_report_is_not_found(scene, as_user):
    own, other = begun(scene), begun(scene, period="2023-09")
    rendering = renderings.ask_rendering(
        actor=scene.user("dung"), report=other, format="csv", base="http://testserver", wake=False
    )
    renderings.make_rendering(rendering.pk)

    assert as_user(scene.user("dung")).get(at(own, f"files/{rendering.pk}/")).status_code == 404
    assert Blob.objects.count() == 1


def test_formats_nobody_offers_are_refused(scene, as_user):
    report = begun(scene)
    client = as_user(scene.user("dung"))

    assert "Hãy chọn một định dạng" in text_of(client.post(at(report, "files/"), {"format": "exe"}, headers=BY_SCRIPT))
    assert client.post(at(report, "files/"), {"format": "xlsx:elsewhere"}).status_code == 404
    assert not Rendering.objects.exists()


def test_of_a_frozen_report_a_file_is_made_once(scene, as_user):
    report = freeze_report(actor=scene.user("dung"), report=begun(scene))
    client = as_user(scene.user("dung"))
    for _time in range(2):
        client.post(at(report, "files/"), {"format": "json"})
        renderings.make_rendering(Rendering.objects.get().pk)

    assert "Làm lại" not in text_of(client.get(at(report, "files/")))
