"""Lists of people helped as units keep them, through the one importer."""

import json
import unicodedata
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.imports import queries as imports
from doanso.imports import steps
from doanso.imports.actions import apply_import, finish_applying, run_import, start_import
from doanso.imports.answering import answer_alike, answer_questions
from doanso.lib.spreadsheet import read_workbook
from doanso.members.tests.workbooks import table
from doanso.people.models import Business, Consent, Contact, Person
from doanso.support.actions import take_back_help
from doanso.support.models import Help
from doanso.tally.recount import recount
from doanso.testing import TREE_BEGAN
from doanso.units.models import Neighbourhood

HEAD = [
    "STT",
    "Họ và tên",
    "Năm sinh",
    "SĐT",
    "Khu phố",
    "Dịch vụ",
    "Ngày hỗ trợ",
    "Người giúp",
    "Người cùng đi",
    "Đồng ý",
]


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"


@pytest.fixture(autouse=True)
def places(ward):
    for code in ("p4", "p5"):
        for number in (1, 2):
            Neighbourhood.objects.create(unit=ward.tree.units[code], name=f"Khu phố {number}", since=TREE_BEGAN)


def line(name, year=1951, phone="0912345678", place="1", service="Dịch vụ công", day="01/11/2023", **more):
    cells = {"helper": "Trần Gia Huy", "second": None, "consent": "x"} | more
    return [None, name, year, phone, place, service, day, cells["helper"], cells["second"], cells["consent"]]


@pytest.fixture
def bring(ward, tmp_path):
    """Import a list at once; the job and its report."""

    def _bring(*rows, unit="p4", head=HEAD, skip=True, **more):
        path = tmp_path / "ds.xlsx"
        path.write_bytes(table(*([head] if isinstance(head[0], str) else head), *rows))
        actor = {"p4": ward.tree.an, "p5": ward.tree.chi, "my-tho": ward.tree.dung}[unit]
        job = run_import(
            actor=actor, kind="supports", unit=ward.tree.units[unit], path=path, skip_rejected=skip, **more
        )
        return job, imports.report(job)

    return _bring


def counts(report):
    return [report[name] for name in ("created", "unchanged", "people_new", "people_known", "questions")]


def codes(report, name="rejected"):
    return [(one["row"], one["code"]) for one in report[name]]


def test_a_list_becomes_helps_with_consent_and_grade(bring, ward):
    _job, report = bring(
        line("NGUYỄN VĂN BẢY", second="Ông Võ Văn Năm (Trưởng khu phố)"),
        line("Lê Thị Hoà", 1960, "84 912.345.679", "KP 02", "thanh toán", "02/11/2023"),
    )

    assert counts(report) == [2, 0, 2, 0, 0]
    one, two = Help.objects.order_by("happened_on")
    assert (one.grade, one.second_helper_name, one.second_helper_kind, one.source) == (
        2,
        "Võ Văn Năm",
        "official",
        "import",
    )
    assert (two.grade, two.service_id, two.contact.neighbourhood.name) == (1, "payment", "Khu phố 2")
    assert one.contact.name == "Nguyễn Văn Bảy"
    assert [(consent.purpose, consent.channel) for consent in Consent.objects.all()] == [("support", "paper")] * 2
    assert ward.figure() == 1
    assert ward.figure("payment-residents") == 1
    assert list(recount()) == []


def test_the_same_list_again_changes_nothing(bring):
    rows = [
        line("Nguyễn Văn Bảy"),
        line("Lê Thị Hoa", 1960, None, None),
        line("Trần Ba", None, None, None),
        line("Phan Tư", 1970, None, None, consent=None),
    ]
    _job, first = bring(*rows)
    helps = Help.objects.count()

    _job, again = bring(*rows)

    assert (counts(first), helps) == ([3, 0, 3, 0, 1], 3)
    assert counts(again)[:3] == [0, 3, 0]
    assert (Help.objects.count(), Person.objects.count()) == (3, 3)


def test_spelled_otherwise_it_is_the_same_help(bring):
    bring(line("Lê Thị Hoà", 1960))
    decomposed = unicodedata.normalize("NFD", "LÊ THỊ HÒA")

    _job, report = bring(line(decomposed, "1960", "+84 912 345 678", "kp1", "DVC", date(2023, 11, 1)))

    assert counts(report) == [0, 1, 0, 1, 0]


def test_one_resident_in_two_wards_is_one_person_and_two_times(bring, ward):
    bring(line("Nguyễn Văn Bảy"))

    _job, report = bring(line("Nguyễn Văn Bảy", day="05/11/2023"), unit="p5")

    assert counts(report) == [1, 0, 0, 1, 0]
    assert (Person.objects.count(), Contact.objects.count(), Help.objects.count()) == (1, 2, 2)
    assert (ward.figure(), ward.figure("portal-times")) == (1, 2)
    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (1, 0)
    assert list(recount()) == []


def test_the_same_row_twice_in_a_file_is_one_help(bring):
    _job, report = bring(line("Nguyễn Văn Bảy"), line("NGUYỄN VĂN BẢY"))

    assert counts(report)[:2] == [1, 1]
    assert codes(report, "warnings") == [(3, "double_row")]
    assert Help.objects.count() == 1


def test_marks_in_columns_of_services(bring):
    head = [["Họ tên", "Năm sinh", "Điện thoại", "Ngày", "Nội dung hỗ trợ", None, None, "Đồng ý"],
            [None, None, None, None, "VNeID", "DVC", "TTKDTM", None]]  # fmt: skip
    _job, report = bring(
        ["Nguyễn Văn Bảy", 1951, "0912345678", "01/11/2023", "x", None, "X", "có"],
        ["Lê Thị Hoa", 1960, "0912345679", "01/11/2023", None, "✓", "0", "có"],
        ["Trần Ba", 1961, "0912345670", "01/11/2023", None, None, None, "có"],
        head=head,
    )

    assert sorted(Help.objects.values_list("contact__name", "service_id")) == [
        ("Lê Thị Hoa", "portal"), ("Nguyễn Văn Bảy", "payment"), ("Nguyễn Văn Bảy", "vneid"),
    ]  # fmt: skip
    assert codes(report) == [(5, "service_missing")]


def test_several_services_in_one_cell(bring):
    _job, report = bring(line("Nguyễn Văn Bảy", service="VNeID; dịch vụ công và thanh toán không tiền mặt"))

    assert (report["created"], Help.objects.count(), Person.objects.count()) == (1, 3, 1)
    assert Help.objects.values("receipt").distinct().count() == 1


MESSY = [
    ["ĐOÀN PHƯỜNG 4", None, None, None, "ĐOÀN TNCS HỒ CHÍ MINH"],
    ["DANH SÁCH NGƯỜI DÂN ĐƯỢC HỖ TRỢ CHUYỂN ĐỔI SỐ THÁNG 11/2023"],
    [],
    [
        "TT",
        "Họ và tên người dân",
        "Năm sinh",
        None,
        "SĐT (Zalo)",
        "Nội dung hướng dẫn",
        "Ngày",
        "Đoàn viên hỗ trợ",
        "Ký đồng ý",
        "Số CCCD",
    ],
    [None, None, "Nam", "Nữ", None, None, None, None, None, None],
    ["I", "Khu phố 1"],
    [
        1,
        "NGUYỄN VĂN BẢY",
        1951,
        None,
        912345678,
        "Dịch vụ công",
        "1/11/2023",
        "Trần Gia Huy, Cô Sáu (Hội phụ nữ)",
        "x",
        "082051001234",
    ],
    [2, "LÊ THỊ HOÀ", None, "1960", "0912 345 679", "Mở tài khoản ngân hàng", 45232, "Huy", "đã ký", None],
    ["II", "Khu phố 2 (2 người)"],
    [3, "Trần Ba", "12/03/1970", None, None, "dvc", "2/11/2023", None, "Không", None],
    [None, "Tổng cộng", None, None, "3 người"],
    [],
    [None, None, None, None, None, "Mỹ Tho, ngày 12 tháng 11 năm 2023"],
    [None, None, None, None, None, "TM. BAN CHẤP HÀNH"],
]


def test_a_list_as_a_ward_keeps_it(bring):
    job, report = bring(*MESSY[1:], head=MESSY[0])

    assert counts(report) == [2, 0, 2, 0, 1]
    assert codes(report) == [(10, "consent_refused")]
    assert len(job.layout["dropped"]) == 1
    bay, hoa = Help.objects.select_related("contact__neighbourhood").order_by("happened_on")
    assert (bay.contact.gender, bay.grade, bay.second_helper_name) == ("male", 2, "Sáu")
    assert (hoa.contact.gender, hoa.contact.birth_year, hoa.contact.neighbourhood.name) == ("female", 1960, "Khu phố 1")
    assert b"082051001234" not in b"".join(bytes(row.sealed) for row in job.rows.all())


def test_shops_need_no_consent_and_are_no_persons(bring, ward):
    head = ["Tên cửa hàng", "Chủ hộ", "SĐT", "Địa chỉ", "Dịch vụ", "Ngày"]
    rows = [
        ["Tạp hóa Bảy", "Nguyễn Văn Bảy", "0912345678", "12 Lê Lợi", "Mã QR", "01/11/2023"],
        ["Tạp hóa Bảy", "Nguyễn Văn Bảy", "0912345678", "12 Lê Lợi", "Mã QR", "03/11/2023"],
    ]

    _job, report = bring(*rows, head=head)

    assert counts(report) == [2, 0, 0, 0, 0]
    assert (Business.objects.count(), Person.objects.count(), Help.objects.count()) == (1, 0, 2)
    assert ward.figure("payment-shops") == 1
    assert counts(bring(*rows, head=head)[1])[:2] == [0, 2]


def asked(ward, *rows, unit="p4"):
    job = start_import(
        actor=ward.tree.an,
        kind="supports",
        unit=ward.tree.units[unit],
        source=table(HEAD, *rows),
        name="a.xlsx",
        wake=False,
    )
    steps.compare(job.pk)
    job.refresh_from_db()
    return job


def written(ward, job):
    apply_import(actor=ward.tree.an, job=job, wake=False)
    finish_applying(job.pk)
    job.refresh_from_db()
    return job


def test_without_consent_a_time_without_a_name(ward):
    rows = [line("Nguyễn Văn Bảy", consent=None), line("Lê Hoa", 1960, "0912345679", consent="không")]
    job = asked(ward, *rows)
    assert [(one.findings[0].code, [option.code for option in one.options]) for one in imports.set_aside(job)] == [
        ("no_consent", ["on-paper", "unnamed"]), ("consent_refused", ["unnamed"]),
    ]  # fmt: skip

    answer_questions(actor=ward.tree.an, job=job, answers={1: "unnamed", 2: "unnamed"})
    written(ward, job)

    assert (Person.objects.count(), Help.objects.filter(named=False).count()) == (0, 2)
    assert (ward.figure(), ward.figure("portal-times")) == (0, 2)
    again = asked(ward, *rows)
    assert (again.unchanged_count, again.question_count) == (2, 0)


def test_the_paper_is_kept_for_all_of_them(ward):
    rows = [line("Nguyễn Văn Bảy", consent=None), line("Lê Hoa", 1960, "0912345679", consent=None)]
    job = asked(ward, *rows)

    answer_alike(actor=ward.tree.an, job=job, question="no_consent", option="on-paper")
    written(ward, job)

    assert (Person.objects.count(), Consent.objects.count(), ward.figure()) == (2, 2, 2)
    again = asked(ward, *rows)
    assert (again.unchanged_count, again.question_count) == (2, 0)


@pytest.mark.parametrize(("answer", "people", "helps"), [("same", 1, 2), ("another", 2, 2), ("leave-out", 1, 1)])
def test_a_namesake_is_asked_about(ward, bring, answer, people, helps):
    bring(line("Nguyễn Văn Bảy"))
    row = line("Nguyễn Văn Bảy", phone=None, place=None, day="05/11/2023")
    job = asked(ward, row)
    [stored] = imports.set_aside(job)
    assert (stored.findings[0].code, [one.code for one in stored.options]) == ("perhaps_known", ["same", "another"])
    assert "sinh 1951" in stored.options[0].label

    answer_questions(actor=ward.tree.an, job=job, answers={1: answer})
    job.refresh_from_db()
    if answer != "leave-out":
        written(ward, job)
        assert imports.report(job)["people_known"] == (answer == "same")
        assert asked(ward, row).unchanged_count == 1

    assert (Person.objects.count(), Help.objects.count()) == (people, helps)
    assert list(recount()) == []


def test_somebody_like_it_in_another_ward_is_no_question_here(ward, bring):
    bring(line("Nguyễn Văn Bảy"), unit="p5")

    job = asked(ward, line("Nguyễn Văn Bảy", phone=None, place=None))

    assert (job.question_count, job.created_count) == (0, 1)


def test_one_of_several_shops_or_people_is_chosen(ward, bring):
    bring(line("Nguyễn Văn Bảy"), line("Nguyễn Văn Bảy", phone="0912345679", place="2"))
    job = asked(ward, line("Nguyễn Văn Bảy", phone=None, place=None, day="05/11/2023"))
    [stored] = imports.set_aside(job)
    meant = [one.code for one in stored.options]
    assert [code.partition(":")[0] for code in meant] == ["is", "is", "another"]

    answer_questions(actor=ward.tree.an, job=job, answers={1: meant[1]})
    written(ward, job)

    assert str(Help.objects.get(happened_on=date(2023, 11, 5)).contact_id) == meant[1].removeprefix("is:")


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"day": None}, "day_missing"),
        ({"day": "12/2023"}, "date_incomplete"),
        ({"day": "01/12/2023"}, "day_ahead"),
        ({"service": "sửa xe"}, "service_unknown"),
        ({"service": None}, "service_missing"),
        ({"name": None}, "name_missing"),
        ({"name": "Nguyễn 7"}, "name_digits"),
        ({"year": "31/02/1951"}, "date_impossible"),
        ({"year": 2030}, "date_in_future"),
        ({"helper": "Huy 0912345678"}, "digits_in_name"),
    ],
)
def test_rows_that_cannot_be_read_say_why(bring, cells, code):
    _job, report = bring(line(**({"name": "Nguyễn Văn Bảy"} | cells)))

    found = codes(report)
    assert [row for row, _code in found] == [2] * len(found)
    assert code in [one for _row, one in found]
    assert Help.objects.count() == 0


def test_a_child_needs_a_guardian_and_only_that_row_waits(bring):
    head = [*HEAD, "Người giám hộ"]
    _job, report = bring(
        [*line("Bé Ba", 2012, "0912345670"), None],
        [*line("Bé Tư", 2012, "0912345671"), "Trần Thị Mẹ"],
        [*line("Lê Hoa", 1960, "0912345672"), None],
        head=head,
    )

    assert codes(report) == [(2, "guardian_needed")]
    assert (report["created"], Help.objects.count()) == (2, 2)


def test_a_help_taken_back_is_not_brought_back_by_the_list(bring, ward):
    bring(line("Nguyễn Văn Bảy"))
    take_back_help(actor=ward.tree.an, help_id=Help.objects.get().pk)

    _job, report = bring(line("Nguyễn Văn Bảy"))

    assert counts(report)[:2] == [0, 1]
    assert ward.figure() == 0


def test_a_member_of_the_unit_is_known_as_helper(bring, ward):
    from doanso.members.actions import Admission, admit_many
    from doanso.people.actions import Particulars

    [huy] = admit_many(
        actor=ward.tree.an,
        entries=[Admission(branch=ward.tree.units["p4-kp1"], particulars=Particulars("Trần Gia Huy", birth_year=2001))],
    )

    bring(line("Nguyễn Văn Bảy", helper="đ/c TRẦN GIA HUY"))

    assert Help.objects.get().helper_id == huy.pk


def test_five_hundred_rows_take_a_fixed_number_of_statements(bring, django_assert_max_num_queries):
    rows = [
        line(f"Nguyễn Văn {chr(65 + n % 26)}{'abcdefghijklmnopqrst'[n // 26]}", 1950 + n % 40, f"09{n:08}")
        for n in range(480)
    ]

    with django_assert_max_num_queries(115):
        _job, report = bring(*rows)

    assert counts(report) == [480, 0, 480, 0, 0]


def test_our_own_empty_list_is_read_again(as_user, ward, bring):
    response = as_user(ward.tree.an).get("/imports/templates/supports/")

    head = read_workbook(b"".join(response.streaming_content)).sheets[0].rows[0]
    assert head[:3] == ["Họ và tên", "Năm sinh", "Số điện thoại"]
    cells = dict.fromkeys(head) | {
        "Họ và tên": "Nguyễn Văn Bảy", "Năm sinh": 1951, "Dịch vụ": "portal", "Ngày hỗ trợ": "01/11/2023", "Có phiếu đồng ý": "x",
    }  # fmt: skip
    assert counts(bring(list(cells.values()), head=head)[1])[:1] == [1]


def test_rows_left_out_come_back_in_columns_that_can_be_imported(as_user, ward, bring):
    job, _report = bring(line("Nguyễn Văn Bảy", day=None))

    response = as_user(ward.tree.an).get(f"/imports/{job.pk}/rejected/")
    head, row = read_workbook(b"".join(response.streaming_content)).sheets[0].rows
    cells = dict(zip(head, row, strict=False))
    cells["Ngày hỗ trợ"] = "01/11/2023"

    assert counts(bring(list(cells.values()), head=head)[1])[:1] == [1]


def command(ward, path, *more):
    call_command("import_supports", str(path), "--unit", "p4", "--as", "an", *more)


def test_the_command_reports_and_ends_with_0(ward, tmp_path):
    path, out = tmp_path / "a.xlsx", tmp_path / "out.json"
    path.write_bytes(table(HEAD, line("Nguyễn Văn Bảy")))

    command(ward, path, "--dry-run", "--report", str(out))
    assert Help.objects.count() == 0
    assert json.loads(out.read_text())["people_new"] == 1
    command(ward, path, "--report", str(out))

    report = json.loads(out.read_text())
    assert list(report) == [
        *("rows", "created", "updated", "unchanged", "rejected", "warnings"),
        *("people_new", "people_known", "questions"),
    ]
    assert counts(report) == [1, 0, 1, 0, 0]


def test_the_command_ends_with_1_and_2(ward, tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(table(HEAD, line("Nguyễn Văn Bảy"), line("Lê Hoa", day=None)))
    for more, helps in (((), 0), (("--skip-rejected",), 1)):
        with pytest.raises(SystemExit) as ended:
            command(ward, path, *more)
        assert (ended.value.code, Help.objects.count()) == (1, helps)

    path.write_text("x")
    with pytest.raises(CommandError) as refused:
        command(ward, path)
    assert refused.value.returncode == 2


NAMES = st.sampled_from(["Nguyễn Văn Bảy", "NGUYỄN VĂN BẢY", "Lê Thị Hoà", "Lê Thị Hòa", "Trần Ba"])
ROWS = st.builds(
    line,
    NAMES,
    st.sampled_from([1951, "1951", 1960, None]),
    st.sampled_from(["0912345678", "84912345679", None]),
    st.sampled_from(["1", "KP 2", None]),
    st.sampled_from(["DVC", "VNeID, thanh toán"]),
    st.sampled_from(["01/11/2023", "2/11/2023"]),
    consent=st.sampled_from(["x", "đồng ý", None]),
)


@pytest.mark.long
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(ROWS, min_size=1, max_size=8), again=st.randoms(use_true_random=False))
def test_whatever_a_list_says_twice_is_recorded_once(bring, rows, again):
    with transaction.atomic():
        bring(*rows)
        helps, people = Help.objects.count(), Person.objects.count()

        _job, report = bring(*rows)
        assert (report["created"], Help.objects.count(), Person.objects.count()) == (0, helps, people)

        shuffled = list(rows)
        again.shuffle(shuffled)
        bring(*shuffled)
        assert (Help.objects.count(), Person.objects.count()) == (helps, people)
        assert list(recount()) == []
        transaction.set_rollback(True)


def test_of_somebody_erased_no_list_leads_to_the_help(bring, ward):
    from doanso.imports.models import Told
    from doanso.support.personal import erase

    bring(line("Nguyễn Văn Bảy"), line("Lê Hoa", 1960, "0912345679"))
    assert Told.objects.count() == 2

    erase([Person.objects.get(contacts__name="Nguyễn Văn Bảy").pk])

    assert (Told.objects.count(), Help.objects.count()) == (1, 2)


def test_a_double_that_was_asked_about_is_told_once(ward):
    rows = [line("Trần Ba", None, None, None, consent=None), line("Trần Ba", None, None, None)]
    job = asked(ward, *rows)
    assert (job.created_count, job.question_count) == (1, 1)

    answer_questions(actor=ward.tree.an, job=job, answers={1: "on-paper"})
    written(ward, job)

    assert (Person.objects.count(), Help.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("told", "service"),
    [
        ("mở TK ngân hàng", "payment"),
        ("Hướng dẫn nộp hồ sơ DVC trực tuyến", "portal"),
        ("ĐK DVC", "portal"),
        ("cài VNeID mức 2", "vneid"),
        ("Quét mã QR thanh toán", "payment"),
    ],
)
def test_services_by_what_people_call_them(bring, told, service):
    bring(line("Nguyễn Văn Bảy", service=told))

    assert Help.objects.get().service_id == service


def test_one_column_of_names_for_people_and_shops(bring):
    head = ["Người dân/cửa hàng", "Đối tượng", "Năm sinh", "SĐT", "Dịch vụ", "Ngày", "Đồng ý"]
    _job, report = bring(
        ["Quán 68", "Hộ kinh doanh", None, "0912345678", "QR", "01/11/2023", None],
        ["Nguyễn Văn Bảy", "Người dân", 1951, "0912345679", "DVC", "01/11/2023", "x"],
        head=head,
    )

    assert counts(report)[:3] == [2, 0, 1]
    assert Business.objects.get().name == "Quán 68"
