"""What people write into a file of settings is read key by key; a mistake is named by its entry and its key."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.toml_tables import TomlTable, read_toml, refuse_duplicate_codes


def _problem(values: dict[str, Any], reader: Callable[[TomlTable], Any]) -> Problem:
    with pytest.raises(Refused) as refused:
        reader(TomlTable("tệp", values))
    return refused.value.problem


@pytest.mark.parametrize(
    ("values", "reader", "message"),
    [
        ({}, lambda table: table.text("x", 9), "Thiếu “x”."),
        ({"x": " "}, lambda table: table.text("x", 9), "“x” đang để trống."),
        ({"x": 5}, lambda table: table.text("x", 9), "“x” phải là chữ đặt trong ngoặc kép."),
        ({"x": "abcd"}, lambda table: table.text("x", 3), "“x” có 4 ký tự; chỉ được tối đa 3."),
        ({"x": "A b"}, lambda table: table.code("x"), "“x” là mã gồm chữ thường a-z, chữ số và dấu gạch nối"),
        ({"x": "c"}, lambda table: table.choice("x", ["a", "b"]), "“x” là “c”; phải là một trong: a, b."),
        ({"x": 5}, lambda table: table.choice("x", ["a", "b"]), "“x” phải là chữ đặt trong ngoặc kép."),
        ({"x": True}, lambda table: table.integer("x", 0, 9), "“x” phải là số nguyên."),
        ({"x": 10}, lambda table: table.integer("x", 0, 9), "“x” là 10; phải từ 0 đến 9."),
        ({"x": 1}, lambda table: table.flag("x", default=False), "“x” phải là true hoặc false."),
        ({"x": "2023-01-01"}, lambda table: table.day("x"), "“x” phải là ngày dạng 2023-12-31."),
        ({"x": [1]}, lambda table: table.days("x"), "“x” phải là danh sách ngày dạng 2023-12-31."),
        ({"x": "a"}, lambda table: table.texts("x", 9), "“x” phải là danh sách trong ngoặc vuông."),
        ({"x": []}, lambda table: table.tables("x", "mục"), "“x” đang để trống."),
        ({}, lambda table: table.tables("x", "mục"), "Thiếu “x”."),
        ({"x": [1]}, lambda table: table.tables("x", "mục"), "“x” phải là một bảng."),
        ({"x": 1}, lambda table: table.finish(), "không có khóa “x”. Có thể gõ sai?"),
    ],
)
def test_a_mistake_is_named(values, reader, message):
    problem = _problem(values, reader)

    assert (problem.code, problem.field) == ("file_entry", "tệp")
    assert problem.message.startswith(f"tệp: {message}"), problem.message


def test_what_may_be_missing_has_its_default():
    table = TomlTable("tệp", {})

    assert (table.text("a", 9, required=False), table.code("b", required=False)) == ("", "")
    assert (table.integer("c", 1, 9, default=4), table.flag("d", default=True)) == (4, True)
    assert (table.days("e"), table.texts("f", 9), table.table("g"), table.tables("h", "mục", required=False)) == (
        [],
        (),
        {},
        [],
    )
    table.finish()


def test_an_entry_of_a_list_is_called_by_its_code_or_its_number():
    table = TomlTable("tệp", {"x": [{"code": "a"}, {}], "lines": ["một", ""]})

    assert [entry.location for entry in table.tables("x", "mục")] == ["mục a", "mục 2"]
    with pytest.raises(Refused) as refused:
        table.texts("lines", 9)
    assert refused.value.problem.field == "tệp, lines"


@pytest.mark.parametrize(
    "content",
    [
        *(b"\xff", b"a = 1\na = 2\n", b"[a]\n[a]\n", b"a =", b"a = " + b"[" * 100_000, b"#" * 1_000_001),
        *(b"a = " + b"9" * 5000, rb'a = "\u0000"', rb'a = [{"\u0000" = 1}]'),
    ],
)
def test_what_is_no_toml_is_refused(tmp_path: Path, content: bytes):
    path = tmp_path / "small.toml"
    path.write_bytes(content)

    with pytest.raises(Refused) as refused:
        read_toml(path)

    assert (refused.value.problem.code, refused.value.problem.field) == ("file_unreadable", "small.toml")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "a = 1\nb : 2\n",
            "small.toml: tệp không đúng dạng TOML từ dòng 2, ký tự 3. Hãy sửa dòng đó rồi chọn lại tệp.",
        ),
        (
            'a = """một câu',
            "small.toml: tệp không đúng dạng TOML, hoặc bị cắt mất phần cuối. Hãy tải lại tệp rồi sửa lại.",
        ),
        ('a = "\\u0000"', "small.toml: tệp có ký tự \\u0000 không lưu được. Hãy xóa ký tự đó."),
    ],
)
def test_what_is_no_toml_is_refused_with_its_place_and_in_vietnamese(tmp_path: Path, content: str, message: str):
    path = tmp_path / "small.toml"
    path.write_text(content, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        read_toml(path)

    assert refused.value.problem.message == message


def test_a_file_is_one_table(tmp_path: Path):
    path = tmp_path / "small.toml"
    path.write_text("since = 2023-09-05\nuntil = 2023-09-05T08:00:00Z\n", encoding="utf-8")

    table = read_toml(path)

    assert table.location == "small.toml"
    assert table.day("since") == table.day("until") == date(2023, 9, 5)
    table.finish()


def test_days_with_a_time_are_days(tmp_path: Path):
    path = tmp_path / "small.toml"
    path.write_text("due = [2023-09-05T08:00:00, 2023-09-01]\n", encoding="utf-8")

    assert read_toml(path).days("due") == [date(2023, 9, 1), date(2023, 9, 5)]


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(Refused) as refused:
        read_toml(tmp_path / "none.toml")

    assert refused.value.problem.code == "file_unreadable"


def test_two_entries_with_one_code_are_refused():
    refuse_duplicate_codes("tệp", ["a", "b"])
    with pytest.raises(Refused) as refused:
        refuse_duplicate_codes("tệp", ["a", "b", "a"])
    assert "“a”" in refused.value.problem.message
