"""What stands beside a figure: shares of evidence in words and numbers, and what is known but not in it."""

import pytest

from doanso.lib.templatetags.ds import grade_bar, grade_parts
from doanso.people.actions import Particulars
from doanso.support.actions import ConsentTold, Helper, HelpTold, record_helps
from doanso.targets import evidence
from doanso.targets.queries import overview
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_shares_of_evidence_are_rounded_down_and_named():
    parts = grade_parts((1, 185, 0, 0, 1))

    assert [(part["name"], part["count"], part["tenths"]) for part in parts] == [
        ("tự khai", 1, 5), ("một người thấy", 185, 989), ("phúc tra", 1, 5),
    ]  # fmt: skip
    drawn = str(grade_bar((1, 185, 0, 0, 1))["bar"])
    assert 'aria-label="Bằng chứng: tự khai 0,5%, một người thấy 98,9%, phúc tra 0,5%"' in drawn
    assert drawn.count("<rect") == 3


@pytest.mark.parametrize("grades", [(), (0, 0, 0, 0, 0)])
def test_nothing_is_drawn_of_nothing(grades):
    assert grade_bar(grades)["parts"] == []
    assert grade_bar(grades)["bar"] == ""


def test_people_helped_twice_stand_beside_the_figure(loaded, as_user):
    tree, programme = loaded.tree, loaded.programme
    for actor, code in ((tree.an, "p4"), (tree.chi, "p5")):
        told = HelpTold(
            service="portal", happened_on=TODAY, helper=Helper("Trần Gia Huy"),
            person=Particulars(name="Nguyễn Văn Bảy", birth_year=1951, phone="0912345678"),
            consent=ConsentTold(("support",), "paper", "2023-09"),
        )  # fmt: skip
        record_helps(actor=actor, unit=tree.units[code], entries=[told])
    indicator = programme.indicators.get(code="portal-residents")

    def lines(code: str) -> list[str]:
        return [line.value for line in evidence.beside(programme, indicator, tree.units[code], TODAY)]

    assert [lines(code) for code in ("my-tho", "p4", "p5")] == [["0", "1 lượt"], ["0", "0 lượt"], ["0", "1 lượt"]]
    page = as_user(tree.chi).get("/programmes/my-tho-2023/indicators/portal-residents/p5/").content.decode()
    assert "1 lượt" in page
    assert "Chờ đủ bằng chứng" in page
    share = programme.indicators.get(code="vneid2-members")
    assert evidence.beside(programme, share, tree.units["p5"], TODAY) == []


def test_an_indicator_of_times_says_times(loaded):
    indicator = loaded.programme.indicators.get(code="portal-residents")
    indicator.parameters["counts"]["count"] = "times"
    indicator.save()

    one = overview(loaded.programme, loaded.tree.units["p4"], TODAY).by_code("portal-residents")
    assert one.unit_of_count == "lượt"
