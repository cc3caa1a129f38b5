"""`doanso progress`."""

import csv
import io
import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from doanso.targets.actions import AllocationDecision, Part, allocate
from doanso.targets.records import COLUMNS

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(loaded, capsys):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Hân")

    def run(*words: str) -> str:
        call_command("progress", "--programme", "my-tho-2023", *words)
        return capsys.readouterr().out

    return run


def test_json_has_one_record_per_indicator(said):
    values = json.loads(said("--format", "json", "--unit", "p4", "--on", "2023-11-12"))

    assert (values["programme"], values["unit"], values["on"]) == ("my-tho-2023", "p4", "2023-11-12")
    assert len(values["indicators"]) == 18
    assert all(tuple(entry) == COLUMNS for entry in values["indicators"])
    assert values["indicators"][0] == {
        "code": "vneid2-members",
        "title": "Đoàn viên có tài khoản VNeID mức độ 2",
        "kind": "share",
        "basis": "stated",
        "value": 2,
        "target": 100,
        "denominator": 4,
        "percent": 50.0,
        "needed_per_week": 1,
        "forecast": 93.7,
        "state": "risk",
        "met_on": None,
        "given_below": None,
        "sum_check": None,
    }
    assert values["indicators"][4] == {
        "code": "portal-residents",
        "title": "Người dân được giúp đăng ký tài khoản dịch vụ công",
        "kind": "count",
        "basis": "stated",
        "value": 0,
        "target": None,
        "denominator": None,
        "percent": None,
        "needed_per_week": None,
        "forecast": 0,
        "state": "none",
        "met_on": None,
        "given_below": None,
        "sum_check": None,
    }


def test_csv_has_the_same_columns(said):
    rows = list(csv.DictReader(io.StringIO(said("--format", "csv"))))

    assert len(rows) == 18
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["value"], rows[0]["denominator"], rows[0]["percent"]) == ("2", "6", "33.3")
    assert (rows[4]["value"], rows[4]["target"], rows[4]["state"]) == ("0", "5000", "risk")


def test_the_table_is_for_people(said):
    lines = said().splitlines()

    assert lines[0] == "Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2023 · my-tho · 12/11/2023"
    assert lines[2].split("  ")[0] == "VNeID mức độ 2"
    assert "2 / 6 = 33,3%" in lines[2]
    assert lines[2].endswith("Nguy cơ")
    festival = next(line for line in lines if line.startswith("Ngày hội không tiền mặt"))
    assert festival.split()[-3:] == ["1", "–", "Chậm"]


def test_each_unit_shows_what_it_owes_and_what_it_gave(said, loaded):
    parts = [Part(loaded.tree.units[code].pk, value) for code, value in (("p4", 3000), ("p5", 1900))]
    paper = AllocationDecision("12-QĐ/TĐ", date(2023, 1, 10), date(2023, 1, 10))
    allocate(
        actor=loaded.tree.dung, indicator=loaded.programme.indicators.get(code="portal-residents"),
        unit=loaded.tree.units["my-tho"], split="hand", parts=parts, decision=paper, counted_on=paper.since,
    )  # fmt: skip

    rows = list(csv.DictReader(io.StringIO(said("--format", "csv", "--below"))))
    assert [
        (row["unit"], row["target"], row["given_below"], row["sum_check"])
        for row in rows
        if row["code"] == "portal-residents"
    ] == [("my-tho", "5000", "4900", "short"), ("p4", "3000", "", ""), ("p5", "1900", "", "")]
    values = json.loads(said("--format", "json", "--below"))
    assert [child["unit"] for child in values["units"]] == ["p4", "p5"]
    assert values["units"][0]["indicators"][4]["target"] == 3000
    assert "Thiếu 100" in said()


@pytest.mark.parametrize("words", [["--unit", "p9"], ["--unit", "p4", "--programme", "nothing"]])
def test_an_unknown_programme_or_unit_is_refused(said, words):
    with pytest.raises(CommandError) as error:
        said(*words)

    assert error.value.returncode == 1
