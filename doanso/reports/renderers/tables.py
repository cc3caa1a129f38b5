"""A report's figures as tables of printed cells, in the order in which the document shows them."""

from dataclasses import dataclass

from doanso.lib import formats
from doanso.reports.content import Column, Line, ReportContent
from doanso.reports.renderers import wording

_NO_GRADES = (0,) * len(wording.GRADES)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as printed; with a path it leads to the records behind it."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `heading` stands over the rows that follow, across the whole table, in its only cell."""

    cells: tuple[Cell, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; columns with the same `over` share the heading above them."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


def tables(content: ReportContent) -> list[Table]:
    """The tables that have anything to show, in order."""
    makers = (numbers_table, progress_table, evidence_table, estimates_table, behind_table)
    return [table for table in (make(content) for make in makers) if table.rows]


def numbers_table(content: ReportContent) -> Table:
    """What was owed and what was done, people and times apart."""
    rows: list[Row] = []
    group = None
    for place, line in enumerate(content.lines, 1):
        if line.group and line.group != group:
            rows.append(Row((Cell(wording.group_title(line.group)),), heading=True))
        group = line.group
        rows.append(
            Row(
                (
                    Cell(str(place)),
                    Cell(_title(line)),
                    Cell(wording.goal(line) or formats.NONE),
                    Cell(formats.number(line.in_period), line.path),
                    Cell(_total(line), line.path),
                    Cell(wording.count(line.times_in_period), line.path),
                    Cell(wording.count(line.times_total), line.path),
                    Cell(formats.percent(line.percent) if line.percent is not None else ""),
                    Cell(line.state_text),
                )
            )
        )
    columns = (
        Column("number", "TT"),
        Column("title", "Chỉ tiêu"),
        Column("target", "Chỉ tiêu giao"),
        Column("in_period", "Trong kỳ", "Kết quả"),
        Column("total", "Lũy kế", "Kết quả"),
        Column("times_in_period", "Trong kỳ", wording.TIMES),
        Column("times_total", "Lũy kế", wording.TIMES),
        Column("percent", "Tỷ lệ"),
        Column("state", "Đánh giá"),
    )
    return Table("numbers", "Kết quả thực hiện các chỉ tiêu", columns, tuple(rows))


def progress_table(content: ReportContent) -> Table:
    """This span against the last one, where the work should be today, and where it will end at this speed."""
    rows = tuple(
        Row(
            (
                Cell(_title(line)),
                Cell(formats.number(line.previous)),
                Cell(formats.number(line.in_period), line.path),
                Cell(difference(line)),
                Cell(wording.in_kind(line, line.pace) or formats.NONE),
                Cell(wording.in_kind(line, line.forecast) or formats.NONE),
            )
        )
        for line in content.lines
        if (line.previous, line.pace, line.forecast) != (None, None, None)
    )
    columns = (
        Column("title", "Chỉ tiêu"),
        Column("previous", "Kỳ trước"),
        Column("in_period", "Kỳ này"),
        Column("difference", "Tăng, giảm"),
        Column("pace", "Cần đạt đến nay"),
        Column("forecast", "Dự báo cuối kỳ chương trình"),
    )
    return Table("progress", "So với kỳ trước, nhịp độ và dự báo", columns, rows)


def evidence_table(content: ReportContent) -> Table:
    """By which evidence the cumulative figures stand, and how often re-checks found them wrong."""
    shown = [line for line in content.lines if any(line.grades) or line.error_rate or line.erased]
    rows = tuple(
        Row(
            (
                Cell(_title(line)),
                *(Cell(formats.number(count), line.path) for count in (*line.grades, *_NO_GRADES)[: len(_NO_GRADES)]),
                Cell(line.error_rate or formats.NONE),
                Cell(formats.number(line.erased)),
            )
        )
        for line in shown
    )
    columns = (
        Column("title", "Chỉ tiêu"),
        *(Column(f"grade{grade}", text, "Mức bằng chứng của số lũy kế") for grade, text in enumerate(wording.GRADES)),
        Column("error_rate", "Sai sót khi phúc tra"),
        Column("erased", "Đã xóa tên theo yêu cầu"),
    )
    return Table("evidence", "Bằng chứng của số liệu", columns, rows)


def estimates_table(content: ReportContent) -> Table:
    """What units claim without records; it stands apart and is in no figure."""
    rows = tuple(
        Row((Cell(_title(line)), Cell(formats.number(line.total), line.path), Cell(formats.number(line.estimate))))
        for line in content.lines
        if line.estimate
    )
    columns = (
        Column("title", "Chỉ tiêu"),
        Column("total", "Kết quả có hồ sơ (lũy kế)"),
        Column("estimate", "Đơn vị ước tính thêm, chưa có hồ sơ"),
    )
    return Table("estimates", "Số ước tính chưa có hồ sơ (không tính vào kết quả)", columns, rows)


def behind_table(content: ReportContent) -> Table:
    """Units that are behind, with the reasons they gave; who gave none stands in a line, `wording.unexplained`."""
    rows = tuple(
        Row(
            (
                Cell(str(place)),
                Cell(entry.unit),
                Cell(entry.indicator),
                Cell(entry.figure),
                Cell(entry.target),
                Cell(entry.reason),
            )
        )
        for place, entry in enumerate((entry for entry in content.behind if entry.reason), 1)
    )
    columns = (
        Column("number", "TT"),
        Column("unit", "Đơn vị"),
        Column("indicator", "Chỉ tiêu"),
        Column("figure", "Kết quả"),
        Column("target", "Chỉ tiêu giao"),
        Column("reason", "Nguyên nhân"),
    )
    return Table("behind", "Đơn vị chậm tiến độ và nguyên nhân", columns, rows)


def difference(line: Line) -> str:
    """How much more or less than in the last span: "+12", "−3", "0"."""
    if line.previous is None or line.in_period is None:
        return formats.NONE
    more = line.in_period - line.previous
    return f"{'+' if more > 0 else '−' if more < 0 else ''}{formats.number(abs(more))}"


def _total(line: Line) -> str:
    """The cumulative figure; where the last column says that there is none, a dash is enough."""
    return formats.NONE if line.total is None and line.state_text else wording.total(line)


def _title(line: Line) -> str:
    return f"{line.title} ({line.unit_of_count})" if line.unit_of_count else line.title
