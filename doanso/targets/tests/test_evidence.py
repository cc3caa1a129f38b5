"""What stands beside a figure: shares of evidence in words and numbers, and what is known but not in it."""

import pytest

from doanso.ledger.ports import grade_words
from doanso.lib.templatetags.ds import grade_bar, grade_parts
from doanso.people.actions import Particulars
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.support.actions.recheck_rounds import draw_round, open_round, record_answer
from doanso.targets import evidence
from doanso.targets.queries import indicator_with_measures, overview
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_shares_of_evidence_are_rounded_down_and_named():
    parts = grade_parts((1, 185, 0, 0, 1))

    assert [(part["name"], part["count"], part["tenths"]) for part in parts] == [
        ("tự khai", 1, 5), ("một người thấy", 185, 989), ("phúc tra", 1, 5),
    ]  # fmt: skip
    drawn = grade_bar((1, 185, 0, 0, 1)).partition("</svg>")[0]
    assert 'aria-label="Bằng chứng: tự khai 0,5%, một người thấy 98,9%, phúc tra 0,5%"' in drawn
    assert drawn.count("<rect") == 3
    own = grade_parts((1, 2, 0, 0, 0), grade_words("events.held"))
    assert [part["name"] for part in own] == ["tự khai", "báo cáo đã phát hành"]
    assert grade_words("support.people") == {}


@pytest.mark.parametrize("grades", [(), (0, 0, 0, 0, 0)])
def test_nothing_is_drawn_of_nothing(grades):
    assert grade_bar(grades) == ""


def test_people_helped_twice_stand_beside_the_figure(loaded, as_user):
    tree, programme = loaded.tree, loaded.programme
    for actor, code in ((tree.an, "p4"), (tree.chi, "p5")):
        inputs = SupportRecordInput(
            service="portal", happened_on=TODAY, helper=Helper("Trần Gia Huy"),
            person=Particulars(name="Nguyễn Văn Bảy", birth_year=1951, phone="0912345678"),
            consent=ConsentInput(("support",), "paper", "2023-09"),
        )  # fmt: skip
        record_helps(actor=actor, unit=tree.units[code], entries=[inputs])
    measures = indicator_with_measures(programme.code, "portal-residents")

    def lines(code: str) -> list[str]:
        return [line.value for line in evidence.lines_beside(measures, tree.units[code], TODAY)]

    assert [lines(code) for code in ("my-tho", "p4", "p5")] == [["0", "1 lượt"], ["0", "0 lượt"], ["0", "1 lượt"]]
    page = as_user(tree.chi).get("/programmes/my-tho-2023/indicators/portal-residents/p5/").content.decode()
    assert "1 lượt" in page
    assert "Chờ đủ bằng chứng" in page
    share = indicator_with_measures(programme.code, "vneid2-members")
    assert evidence.lines_beside(share, tree.units["p5"], TODAY) == []


def test_an_indicator_of_times_says_times(loaded):
    indicator = loaded.programme.indicators.get(code="portal-residents")
    indicator.parameters["counts"]["count"] = "times"
    indicator.save()

    progress = overview(loaded.programme, loaded.tree.units["p4"], TODAY).by_code("portal-residents")
    assert progress.unit_of_count == "lượt"


def test_what_re_checks_say_stands_beside_the_figure_of_its_service(loaded, as_user, settings):
    settings.RECHECK_LEAST = 30
    tree, programme = loaded.tree, loaded.programme
    agreed = ConsentInput(("support", "recheck"), "paper", "2023-09")
    inputs = [
        SupportRecordInput(
            "portal", TODAY, person=Particulars(f"Lê {name}", birth_year=1950 + number, phone=f"09031110{number:02}"),
            helper=Helper("Trần Gia Huy"), consent=agreed,
        )
        for number, name in enumerate("AĂÂBCDĐEÊGHIKLMNOÔƠPQRSTUƯVXYWZF")
    ]  # fmt: skip
    record_helps(actor=tree.an, unit=tree.units["p4"], entries=inputs)
    opened = open_round(actor=tree.dung, unit=tree.units["p4"], first_day=TODAY, last_day=TODAY)
    draw_round(actor=tree.dung, round_id=opened.pk)

    def said(code: str, unit: str = "p4") -> list[str]:
        measures = indicator_with_measures(programme.code, code)
        lines = evidence.lines_beside(measures, tree.units[unit], TODAY)
        return [line.value for line in lines if line.title == "Phúc tra"]

    assert said("portal-residents") == ["chưa đủ mẫu, mới 0 trên 30 trả lời"]
    for number, recheck in enumerate(opened.rechecks.order_by("place")):
        wrong = "had-already" if number < 2 else ""
        record_answer(actor=tree.dung, recheck_id=recheck.pk, outcome="wrong" if wrong else "confirmed", wrong=wrong)
    words = "2 sai trên 30 trả lời, tỷ lệ sai 1,8–21,3%"
    assert said("portal-residents") == said("portal-residents", "my-tho") == [words]
    assert said("payment-residents") == said("portal-residents", "p5") == []
    page = as_user(tree.an).get("/programmes/my-tho-2023/indicators/portal-residents/p4/").content.decode()
    assert words in page
