"""The programme's dashboard, and the same for any unit."""

import re
from dataclasses import replace
from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from doanso.home import dashboard
from doanso.targets import queries as targets
from doanso.targets.queries.phases import ProgrammePhase
from doanso.testing import TODAY, TREE_BEGAN
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

pytestmark = pytest.mark.engines

CITY = "/programmes/my-tho-2023/"
MOST_STATEMENTS = 12
LINKS = dashboard.DashboardLinks(indicator=lambda *codes: "/", unit=lambda code: "/", choose=lambda code: "/")


def _heat_rows(answer) -> list[str]:
    return [row["name"] for row in answer.context["heat"]["rows"]]


def test_who_needs_help_most_stands_first(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY)

    assert _heat_rows(answer) == ["Toàn địa bàn", "Phường 5", "Phường 4"]
    assert [unit["name"] for unit in answer.context["worst"]] == ["Phường 5", "Phường 4"]


def test_every_cell_leads_to_the_indicator_of_its_unit(programme, tree, as_user):
    browser = as_user(tree.dung)

    answer = browser.get(CITY)

    row = answer.context["heat"]["rows"][1]
    assert row["cells"][0]["url"] == "/programmes/my-tho-2023/indicators/vneid2-members/p5/"
    assert row["cells"][0]["tenths"] == 500
    assert browser.get(row["cells"][0]["url"]).status_code == 200


def test_the_figures_come_as_a_table_too(programme, tree, as_user):
    browser = as_user(tree.an)

    link = browser.get("/units/p4/dashboard/").context["csv"]

    assert browser.get(link)["Content-Type"] == "text/csv; charset=utf-8"


def test_what_nobody_counts_yet_says_so_and_has_no_state(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY)

    festival = next(row for row in answer.context["milestones"] if row["one"].short_title == "Ngày hội không tiền mặt")
    assert (festival["one"].state, festival["one"].value) == ("behind", 0)
    assert answer.context["silent"] == 2
    assert "Chưa có số liệu" in answer.content.decode()


def test_one_line_counts_states_and_time(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY)
    summary = answer.context["summary"]

    assert [(stat["state"], stat["count"], stat["label"]) for stat in summary["stats"]] == [
        ("risk", 8, "nguy cơ"),
        ("behind", 4, "chậm"),
        ("on", 0, "đúng tiến độ"),
        ("met", 0, "đã đạt"),
    ]
    assert summary["time"] == {"words": "Đã qua 86% thời gian", "share": 86.5, "left": 49}
    assert "còn <b>49 ngày</b>" in answer.content.decode()


def test_the_latest_target_is_in_front_unless_another_is_chosen(programme, tree, as_user):
    browser = as_user(tree.dung)
    first, chosen = browser.get(CITY), browser.get(CITY, {"indicator": "vneid2-members"})
    unknown = browser.get(CITY, {"indicator": "nobody-knows"})

    assert first.context["one"].state == "risk"
    assert chosen.context["one"].code == "vneid2-members"
    assert unknown.context["one"].code == first.context["one"].code
    assert [row["url"] for row in chosen.context["indicator_charts"]["rows"] if row["current"]] == [
        "/programmes/my-tho-2023/?indicator=vneid2-members"
    ]
    assert chosen.context["trend"].points[0] == (date(2023, 1, 1), 0)
    assert chosen.context["trend"].points[-1] == (date(2023, 11, 12), 750)
    assert chosen.context["gap"] == [
        "Còn thiếu 1 đoàn viên so với chỉ tiêu 100%.",
        "Nếu làm đều thì hôm nay phải được 86,5%.",
        "Từ nay mỗi tuần thêm 1 đoàn viên thì vẫn kịp.",
    ]


def test_every_chart_is_a_picture_with_a_sentence_and_a_table(programme, tree, as_user):
    page = as_user(tree.dung).get(CITY, {"indicator": "vneid2-members"}).content.decode()

    assert 'role="img" aria-label="VNeID mức độ 2: từ 0% ngày 01/01/2023 đến 75,0% ngày 12/11/2023.' in page
    assert 'role="img" aria-label="VNeID mức độ 2: 75,0% / 100%, Chậm"' in page
    assert re.search(r'<tr><th scope="row">VNeID mức độ 2</th><td[^>]*>75,0%</td><td[^>]*>100%</td>', page)
    assert 'role="img" aria-label="Sơ đồ 2 đơn vị: VNeID mức độ 2 đến ngày 12/11/2023"' in page
    assert "Xem bản đồ dạng bảng" in page
    assert "style=" not in page


def test_units_are_ranked_by_targets_on_pace_and_only_a_rise_is_shown(programme, tree, as_user):
    ranking = as_user(tree.dung).get(CITY).context["ranking"]

    # Ward 4 reached its VNeID share today, so it rose by nobody's fall.
    assert [(row["name"], row["on"], row["all"], row["up"]) for row in ranking["rows"]] == [
        ("Phường 4", 1, 6, 0),
        ("Phường 5", 0, 6, 0),
    ]
    assert ranking["rows"][0]["sentence"] == "1 đúng tiến độ, 0 chậm, 5 nguy cơ"


def test_a_unit_that_rose_within_a_week_is_marked_and_one_that_fell_is_not(programme, tree):
    overview = targets.overview(programme, tree.units["my-tho"], TODAY, with_trends=True)
    ward4, ward5 = sorted(overview.children, key=lambda child: child.unit.code)
    # A week ago ward 5 had more on pace than ward 4, which has one more since.
    before = [replace(ward4, on_pace_before=0), replace(ward5, on_pace_before=1)]

    rows = dashboard.ranking(list(reversed(before)), LINKS, ProgrammePhase.RUNNING)["rows"]

    assert [(row["name"], row["up"]) for row in rows] == [("Phường 4", 1), ("Phường 5", 0)]


def test_on_a_phone_each_unit_is_a_card_with_its_latest_three(programme, tree, as_user):
    cards = as_user(tree.dung).get(CITY).context["cards"]

    assert cards["more"] == 0
    assert re.search(r'<a [^>]*href="/units/p5/dashboard/"><span[^>]*><b>Phường 5</b>', cards["first"])
    assert cards["first"].count(" data-late ") == 6


def test_reports_and_reminders_are_offered_to_those_who_may(programme, tree, as_user):
    officer = as_user(tree.dung).get(CITY)
    inspector = as_user(tree.hanh).get(CITY)
    earlier = as_user(tree.dung).get(CITY, {"on": "2023-06-30"})

    code = officer.context["one"].code
    assert officer.context["remind"] == f"/programmes/my-tho-2023/indicators/{code}/my-tho/remind/"
    assert officer.context["reports"] == "/programmes/my-tho-2023/reports/"
    assert f"Nhắc 2 đơn vị chậm: {officer.context['one'].short_title}<" in officer.content.decode()
    assert "remind" in inspector.context
    assert inspector.context["remind"] == ""
    assert earlier.context["remind"] == "", "a past day's lateness is no reason to remind today"
    for address, username in (("/units/p4/dashboard/", "an"), ("/units/p4/dashboard/", "dung")):
        assert as_user(tree.users[username]).get(address).context["remind"].endswith("/p4/remind/")


def test_a_figure_with_too_little_evidence_keeps_a_mark(programme, tree):
    unit = tree.units["my-tho"]
    vneid = targets.overview(programme, unit, TODAY, with_trends=True).by_code("vneid2-members")
    vneid.grades, vneid.required_grade = (0, 94, 6, 0, 0), 2
    exactly, without = replace(vneid, grades=(0, 5, 95, 0, 0)), replace(vneid, required_grade=0)

    assert dashboard.weak_words(vneid) == "94% chưa đủ bằng chứng"
    assert dashboard.weak_words(exactly) == dashboard.weak_words(without) == ""


@pytest.mark.parametrize(
    ("today", "words"),
    [(date(2024, 1, 5), "Đã kết thúc ngày 31/12/2023"), (date(2022, 12, 1), "Bắt đầu ngày 01/01/2023")],
)
def test_a_programme_outside_its_days_says_so_and_nobody_is_late(programme, tree, as_user, business_day, today, words):
    business_day(today)
    answer = as_user(tree.dung).get(CITY)
    page = answer.content.decode()

    assert words in page
    assert answer.context["summary"]["time"] is None
    assert "Nguy cơ" not in page
    assert "nguy cơ" not in page
    assert not answer.context.get("remind")


def test_after_its_end_a_programme_shows_what_was_met_and_what_was_not(programme, tree, as_user, business_day):
    business_day(date(2024, 1, 5))
    answer = as_user(tree.dung).get(CITY, {"indicator": "vneid2-members"})

    assert (answer.context["one"].state, answer.context["one"].pace, answer.context["one"].forecast) == (
        "missed",
        None,
        None,
    )
    assert {stat["state"]: stat["count"] for stat in answer.context["summary"]["stats"]} == {"missed": 12}
    assert "Chưa đạt" in answer.content.decode()


def test_what_a_unit_does_not_owe_is_not_in_front_after_the_end(programme, tree):
    overview = targets.overview(programme, tree.units["p4"], date(2024, 1, 2), with_trends=True)
    first = overview.indicators[0]
    not_owed = replace(first, code="not-owed", state="none", target=None, percent=None, pace=None, value=0)
    missed = replace(first, code="missed", state="missed", target=1000, percent=50, pace=None, value=1)

    chosen = dashboard.chosen_indicator(replace(overview, indicators=[not_owed, missed]), "")
    assert chosen is not None
    assert chosen.code == "missed"


def test_before_its_first_day_a_programme_shows_no_charts(programme, tree, as_user, business_day):
    business_day(date(2022, 12, 1))
    answer = as_user(tree.dung).get(CITY)

    assert "trend" not in answer.context
    assert answer.context["summary"]["stats"] == []


def test_an_earlier_day_may_be_asked_for(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY, {"on": "2023-06-30"})

    assert answer.context["on"] == date(2023, 6, 30)
    assert answer.context["heat"]["rows"][1]["cells"][0]["url"].endswith("?on=2023-06-30")
    assert "Số liệu đến 30/06/2023" in answer.content.decode()


def test_a_unit_looks_at_its_branches(programme, tree, as_user):
    answer = as_user(tree.an).get("/units/p4/dashboard/")

    assert _heat_rows(answer)[0] == "Phường 4"
    assert sorted(_heat_rows(answer)[1:]) == ["Khu phố 1", "Khu phố 2"]


def test_the_way_back_goes_as_far_as_one_may_look(programme, tree, as_user):
    as_secretary = as_user(tree.an).get("/units/p4-kp1/dashboard/")
    as_officer = as_user(tree.dung).get("/units/p4-kp1/dashboard/")

    assert as_secretary.context["crumbs"] == [("Phường 4", "/units/p4/dashboard/")]
    assert as_officer.context["crumbs"] == [
        ("Mỹ Tho", "/units/my-tho/dashboard/"),
        ("Phường 4", "/units/p4/dashboard/"),
    ]


def test_a_branch_has_no_table_of_units(programme, tree, as_user):
    answer = as_user(tree.binh).get("/units/p4-kp1/dashboard/")

    assert (answer.status_code, answer.context["heat"], answer.context["below"]) == (200, None, 0)


@pytest.mark.parametrize(
    "address", [CITY, "/units/my-tho/dashboard/", "/units/p5/dashboard/", "/units/nowhere/dashboard/"]
)
def test_a_stranger_to_the_unit_finds_nothing(programme, tree, as_user, address):
    assert as_user(tree.an).get(address).status_code == 404


def test_an_unknown_programme_is_not_found(programme, tree, as_user):
    assert as_user(tree.dung).get("/programmes/nowhere/").status_code == 404


def _grow_wards(tree, count: int) -> None:
    for number in range(count):
        unit = Unit.objects.create(code=f"x{number}", kind=UnitKind.GRASSROOTS, since=TREE_BEGAN)
        UnitName.objects.create(
            unit=unit, name=f"Đoàn Xã {number}", short_name=f"Xã {number}", sort_key=f"x{number}", since=TREE_BEGAN
        )
        UnitLink.objects.create(unit=unit, parent=tree.units["my-tho"], since=TREE_BEGAN)
        UnitPath.objects.create(ancestor=unit, unit=unit, depth=0, since=TREE_BEGAN)
        UnitPath.objects.create(ancestor=tree.units["my-tho"], unit=unit, depth=1, since=TREE_BEGAN)


@pytest.mark.parametrize(("username", "address"), [("giang", CITY), ("an", "/units/p4/dashboard/")])
def test_the_number_of_statements_does_not_grow_with_units(programme, tree, as_user, username, address):
    from django.db import connection

    browser = as_user(tree.users[username])
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    _grow_wards(tree, 30)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)

    assert len(few) == len(many) <= MOST_STATEMENTS


def test_a_unit_without_members_has_a_dash_on_the_map_as_in_the_table(programme, tree, as_user):
    _grow_wards(tree, 1)
    page = as_user(tree.dung).get(CITY, {"indicator": "vneid2-members"})

    values = {row["name"]: row["value"] for row in page.context["map"]["rows"]}
    assert values["Xã 0"] == "–"
    assert set(values) == {"Phường 4", "Phường 5", "Xã 0"}


def test_a_new_unit_is_not_told_that_all_below_it_are_on_schedule(programme, tree, as_user):
    _grow_wards(tree, 1)
    ward = UnitName.objects.get(short_name="Xã 0").unit
    branch = Unit.objects.create(code="new-branch", kind=UnitKind.BRANCH, since=TREE_BEGAN)
    UnitName.objects.create(unit=branch, name="Chi đoàn mới", short_name="Mới", sort_key="moi", since=TREE_BEGAN)
    UnitLink.objects.create(unit=branch, parent=ward, since=TREE_BEGAN)
    for depth, above in enumerate((branch, ward, tree.units["my-tho"])):
        UnitPath.objects.create(ancestor=above, unit=branch, depth=depth, since=TREE_BEGAN)

    page = as_user(tree.dung).get(f"/units/{ward.code}/dashboard/").content.decode()

    assert "Chưa đơn vị trực thuộc nào có số liệu." in page
    assert "tất cả đều đúng tiến độ" not in page
