"""The schema of a document's body: what it keeps, what it refuses, and the body as plain text."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.documents.body.editing import appendices_value, editor_value, shown_appendices, shown_value
from doanso.documents.body.nodes import Paragraph, TextRun
from doanso.documents.body.schema import (
    EMPTY,
    MOST_APPENDICES,
    MOST_COLUMNS,
    MOST_ROWS,
    from_plain,
    from_posted,
    parse,
    parse_appendices,
)  # fmt: skip
from doanso.documents.body.text import is_empty, pages_of, plain_text
from doanso.documents.tests.form.contents import BREAK, NEW_PAGE, WHOLE, cell, doc, heading, par, points, table, text
from doanso.lib.problems import Refused

pytestmark = pytest.mark.sqlite_only


def code(value: object, field: str = "body") -> str:
    with pytest.raises(Refused) as refused:
        parse(value, field)
    assert refused.value.problem.field == field
    return refused.value.problem.code


def test_whole_body_comes_back_as_it_went():
    body_json = WHOLE.body.as_json()

    assert parse(body_json) == WHOLE.body
    assert parse(json.dumps(body_json)) == WHOLE.body
    assert parse(json.dumps(body_json).encode()).as_json() == body_json


def test_words_are_kept_composed_and_clean():
    body = parse(
        doc(par(text("Chuyê\u0309n đô\u0309i\u200b số\x07"), text(" và\tthử", "strong"), text(" thêm", "strong")))
    )

    assert body.blocks == (Paragraph((TextRun("Chuyển đổi số"), TextRun(" và thử thêm", bold=True))),)


def test_empty_body():
    assert parse(doc({"type": "paragraph"})) == EMPTY == parse(doc())
    assert is_empty(EMPTY)
    assert parse(EMPTY.as_json()) == EMPTY
    assert is_empty(parse(doc(NEW_PAGE, par(" "))))


def test_reading_as_words():
    assert plain_text(WHOLE.body).splitlines() == [
        "I. Chỉ tiêu",
        "Chỉ tiêu giao cho các đơn vị",
        "theo bảng sau:",
        "TT\tĐơn vị\tChỉ tiêu",
        "Hộ dân\tHộ kinh doanh",
        "1\tPhường 1\t120\t15",
        "2\tPhường 4\t240\t30",
        "3\tXã Thới Sơn\t360\t45",
        "4\tXã Tân Mỹ Chánh\t480\t60",
        "Tổng cộng\t1.200\t150",
        "II. Thực hiện",
        "- Thành lập đội hình;",
        "- Tập huấn:",
        "- Đoàn viên;",
        "- Cán bộ khu phố,",
        "khóm, ấp.",
        "- Ra quân từ ngày 01/12/2023.",
        "1. Báo cáo tuần;",
        "2. Báo cáo tháng.",
    ]
    assert [page.splitlines()[0] for page in pages_of(WHOLE.body, WHOLE.appendices)] == [
        "I. Chỉ tiêu",
        "Danh sách đội hình",
        "Mẫu báo cáo tuần",
    ]


def test_merged_cells_fill_a_rectangle():
    made = parse(doc(table([cell("a", rows=2), cell("b", columns=2)], [cell("c"), cell("d")]))).blocks[0]

    assert (made.columns, [len(row.cells) for row in made.rows], made.heads) == (3, [2, 2], 0)


def test_short_rows_are_filled_up():
    made = parse(doc(table([cell("a", head=True), cell("b", head=True)], [cell("c")]))).blocks[0]

    assert [len(row.cells) for row in made.rows] == [2, 2]
    assert made.heads == 1
    assert plain_text(parse(doc(made.as_json()))) == "a\tb\nc\t"


def test_head_of_two_rows_that_reach_down():
    made = WHOLE.body.blocks[2]

    assert (made.columns, made.heads) == (4, 2)


_HOSTILE = [
    None,
    [],
    "",
    "{",
    "[" * 100_000,
    {"type": "paragraph"},
    {"type": "doc", "content": "x"},
    {"type": "doc", "onload": "x"},
    doc({"type": "image", "attrs": {"src": "x"}}),
    doc({"type": "script"}),
    doc({"type": ["paragraph"]}),
    doc({"type": "paragraph", "attrs": {"style": "color: red"}}),
    doc({"type": "paragraph", "attrs": {"align": "right"}}),
    doc({"type": "paragraph", "attrs": "center"}),
    doc({"type": "paragraph", "text": "x"}),
    doc({"type": "paragraph", "content": [{"type": "paragraph"}]}),
    doc(par({"type": "text"})),
    doc(par({"type": "text", "text": 1})),
    doc(par({"type": "text", "text": "x", "marks": [{"type": "link", "attrs": {"href": "x"}}]})),
    doc(par({"type": "text", "text": "x", "marks": "strong"})),
    doc(par({"type": "text", "text": "x", "marks": [{"type": {}}]})),
    doc(par({"type": "hard_break", "attrs": {"x": 1}})),
    doc({"type": "heading", "attrs": {"level": 4}, "content": [text("x")]}),
    doc({"type": "heading", "attrs": {"level": True}, "content": [text("x")]}),
    doc({"type": "heading", "content": [text("x")]}),
    doc({"type": "bullet_list"}),
    doc({"type": "bullet_list", "content": [par("x")]}),
    doc({"type": "ordered_list", "attrs": {"order": -1}, "content": [{"type": "list_item", "content": [par("x")]}]}),
    doc({"type": "ordered_list", "attrs": {"order": "1"}, "content": [{"type": "list_item", "content": [par("x")]}]}),
    doc(points([table([cell("x")])])),
    doc({"type": "table"}),
    doc({"type": "table", "content": [{"type": "table_row"}]}),
    doc(table([cell("x", columns=0)])),
    doc(table([cell("x", rows=2)])),
    doc(table([cell("a"), cell("b", rows=2)], [cell("c", columns=2)])),
    doc(table([{"type": "table_cell", "content": [table([cell("x")])]}])),
    doc(table([{"type": "table_cell", "content": [heading(1, "x")]}])),
]


@pytest.mark.parametrize("value", _HOSTILE, ids=range(len(_HOSTILE)))
def test_whatever_is_not_of_the_schema_is_refused(value):
    assert code(value) == "document_body_broken"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("[" + " " * (1 << 20) + "]", "document_body_large"),
        (doc(*[par("x")] * 21_000), "document_body_large"),
        (doc(table([cell("x")] * MOST_COLUMNS, *[[cell("x")]] * (MOST_ROWS - 1))), "document_body_large"),
        (doc(*[par("x" * 50_000)] * 22), "document_body_large"),
        (doc(par("x" * 50_001)), "document_body_large"),
        (doc(table([cell("x")] * (MOST_COLUMNS + 1))), "document_body_table"),
        (doc(table(*[[cell("x")]] * (MOST_ROWS + 1))), "document_body_table"),
        (doc(table([cell("x", columns=1_000_000)])), "document_body_table"),
    ],
)
def test_bounds(value, expected):
    assert code(value) == expected


def test_lists_are_not_endlessly_deep():
    listing = points("x")
    for _level in range(6):
        listing = points([par("x"), listing])

    assert code(doc(listing)) == "document_body_deep"


def test_deep_nesting_is_refused_and_breaks_nothing():
    listing = points("x")
    for _level in range(3_000):
        listing = points([listing])

    assert code(doc(listing)) == "document_body_deep"


def test_appendices():
    values = [{"title": " Danh sách  ", "body": doc(par("x"))}]

    (appendix,) = parse_appendices(json.dumps(values))
    assert (appendix.title, plain_text(appendix.body)) == ("Danh sách", "x")
    assert parse_appendices([appendix.as_json()]) == (appendix,)
    for value, expected in (
        ({}, "document_body_broken"),
        ([{"title": "x"}], "document_body_broken"),
        ([{"title": 1, "body": doc()}], "document_body_broken"),
        ([{"title": "x" * 301, "body": doc()}], "document_body_title"),
        (values * (MOST_APPENDICES + 1), "document_body_appendices"),
    ):
        with pytest.raises(Refused) as refused:
            parse_appendices(value)
        assert refused.value.problem.code == expected


def test_without_script_words_become_paragraphs():
    assert from_plain("Một\r\n\r\n  Hai \nBa") == parse(doc(par("Một"), par("Hai"), par("Ba")))
    assert from_posted('{"type":"doc","content":[]}') == EMPTY
    assert from_posted("Một").blocks == (Paragraph((TextRun("Một"),)),)


def test_unchanged_words_keep_their_look():
    before = WHOLE.body

    assert from_posted(plain_text(before).replace("\n", "\r\n"), before=before) == before
    assert from_posted(plain_text(before) + "\nThêm", before=before) == from_plain(plain_text(before) + "\nThêm")


def test_what_was_typed_comes_back_where_it_was_refused():
    saved = WHOLE.body

    assert shown_value(None, saved) == editor_value(saved)
    assert shown_value("Một", saved) == editor_value(from_plain("Một"))
    assert shown_value(json.dumps(saved.as_json()), EMPTY) == editor_value(saved)
    assert shown_value('{"type":"doc","content":[1]}', saved).json == '{"type":"doc","content":[1]}'
    assert parse_appendices(shown_appendices(None, WHOLE.appendices)) == WHOLE.appendices
    assert parse_appendices(shown_appendices(appendices_value(WHOLE.appendices), ())) == WHOLE.appendices
    assert shown_appendices("[1]", ()) == "[]"


_words = st.text(max_size=20)
_text = st.builds(
    lambda words, marks: text(words, *marks), _words, st.sets(st.sampled_from(["strong", "em", "underline"]))
)
_par = st.builds(
    lambda inside, centred: par(*inside, centred=centred), st.lists(_text | st.just(BREAK), max_size=4), st.booleans()
)
_item = st.lists(_par, min_size=1, max_size=2)
_listing = st.builds(
    lambda items, ordered: points(*items, ordered=ordered), st.lists(_item, min_size=1, max_size=3), st.booleans()
)
_row = st.lists(_words, min_size=1, max_size=3)
_table = st.builds(
    lambda rows: table(*[[cell(one) for one in row] for row in rows]), st.lists(_row, min_size=1, max_size=3)
)
_blocks = _par | st.builds(heading, st.integers(1, 3), _words) | _listing | _table | st.just(NEW_PAGE)


@given(st.lists(_blocks, max_size=6))
def test_reading_twice_is_reading_once(blocks):
    once = parse(doc(*blocks))

    assert parse(once.as_json()) == once
