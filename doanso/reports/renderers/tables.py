"""A report's figures as tables of printed cells, in the order in which the document shows them."""

from dataclasses import dataclass

from doanso.lib import formats
from doanso.reports.content import ReportColumn, ReportContent, ReportLine
from doanso.reports.renderers import wording

_NO_GRADES = (0,) * len(wording.GRADES)


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as printed; with a path it links to the records behind it."""

    text: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table. `heading`: its only cell spans the table and heads the rows that follow."""

    cells: tuple[TableCell, ...]
    heading: bool = False


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table with its caption; columns with the same `over` share the heading above them."""

    name: str
    caption: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[TableRow, ...]


def tables(content: ReportContent) -> list[ReportTable]:
    """Return the tables that have anything to show, in order."""
    makers = (numbers_table, progress_table, evidence_table, estimates_table, behind_table)
    return [table for table in (make(content) for make in makers) if table.rows]


def numbers_table(content: ReportContent) -> ReportTable:
    """Return the table of targets and results, people and times apart."""
    rows: list[TableRow] = []
    group = None
    for place, line in enumerate(content.lines, 1):
        if line.group and line.group != group:
            rows.append(TableRow((TableCell(wording.group_title(line.group)),), heading=True))
        group = line.group
        rows.append(
            TableRow(
                (
                    TableCell(str(place)),
                    TableCell(_title(line)),
                    TableCell(wording.goal(line) or formats.NONE),
                    TableCell(formats.number(line.in_period), line.path),
                    TableCell(_total(line), line.path),
                    TableCell(wording.count(line.times_in_period), line.path),
                    TableCell(wording.count(line.times_total), line.path),
                    TableCell(formats.percent(line.percent) if line.percent is not None else ""),
                    TableCell(line.state_text),
                )
            )
        )
    columns = (
        ReportColumn("number", "TT"),
        ReportColumn("title", "Chỉ tiêu"),
        ReportColumn("target", "Chỉ tiêu giao"),
        ReportColumn("in_period", "Trong kỳ", "Kết quả"),
        ReportColumn("total", "Lũy kế", "Kết quả"),
        ReportColumn("times_in_period", "Trong kỳ", wording.TIMES),
        ReportColumn("times_total", "Lũy kế", wording.TIMES),
        ReportColumn("percent", "Tỷ lệ"),
        ReportColumn("state", "Đánh giá"),
    )
    return ReportTable("numbers", "Kết quả thực hiện các chỉ tiêu", columns, tuple(rows))


def progress_table(content: ReportContent) -> ReportTable:
    """Return the table of this span against the previous one, the pace due today, and the forecast at the current speed."""
    rows = tuple(
        TableRow(
            (
                TableCell(_title(line)),
                TableCell(formats.number(line.previous)),
                TableCell(formats.number(line.in_period), line.path),
                TableCell(difference(line)),
                TableCell(wording.in_kind(line, line.pace) or formats.NONE),
                TableCell(wording.in_kind(line, line.forecast) or formats.NONE),
            )
        )
        for line in content.lines
        if (line.previous, line.pace, line.forecast) != (None, None, None)
    )
    columns = (
        ReportColumn("title", "Chỉ tiêu"),
        ReportColumn("previous", "Kỳ trước"),
        ReportColumn("in_period", "Kỳ này"),
        ReportColumn("difference", "Tăng, giảm"),
        ReportColumn("pace", "Cần đạt đến nay"),
        ReportColumn("forecast", "Dự báo cuối kỳ chương trình"),
    )
    return ReportTable("progress", "So với kỳ trước, nhịp độ và dự báo", columns, rows)


def evidence_table(content: ReportContent) -> ReportTable:
    """Return the evidence grades of the cumulative figures, and how often re-checks showed them to be wrong."""
    shown = [line for line in content.lines if any(line.grades) or line.error_rate or line.erased]
    rows = tuple(
        TableRow(
            (
                TableCell(_title(line)),
                *(
                    TableCell(formats.number(count), line.path)
                    for count in (*line.grades, *_NO_GRADES)[: len(_NO_GRADES)]
                ),
                TableCell(line.error_rate or formats.NONE),
                TableCell(formats.number(line.erased)),
            )
        )
        for line in shown
    )
    columns = (
        ReportColumn("title", "Chỉ tiêu"),
        *(
            ReportColumn(f"grade{grade}", text, "Mức bằng chứng của số lũy kế")
            for grade, text in enumerate(wording.GRADES)
        ),
        ReportColumn("error_rate", "Sai sót khi phúc tra"),
        ReportColumn("erased", "Đã xóa tên theo yêu cầu"),
    )
    return ReportTable("evidence", "Bằng chứng của số liệu", columns, rows)


def estimates_table(content: ReportContent) -> ReportTable:
    """Return the estimates of units without records, which are shown separately and included in no figure."""
    rows = tuple(
        TableRow(
            (
                TableCell(_title(line)),
                TableCell(formats.number(line.total), line.path),
                TableCell(formats.number(line.estimate)),
            )
        )
        for line in content.lines
        if line.estimate
    )
    columns = (
        ReportColumn("title", "Chỉ tiêu"),
        ReportColumn("total", "Kết quả có hồ sơ (lũy kế)"),
        ReportColumn("estimate", "Đơn vị ước tính thêm, chưa có hồ sơ"),
    )
    return ReportTable("estimates", "Số ước tính chưa có hồ sơ (không tính vào kết quả)", columns, rows)


def behind_table(content: ReportContent) -> ReportTable:
    """Return units that lag behind with their reasons; those without a reason are in one line, `wording.unexplained`."""
    rows = tuple(
        TableRow(
            (
                TableCell(str(place)),
                TableCell(entry.unit),
                TableCell(entry.indicator),
                TableCell(entry.figure),
                TableCell(entry.target),
                TableCell(entry.reason),
            )
        )
        for place, entry in enumerate((entry for entry in content.behind if entry.reason), 1)
    )
    columns = (
        ReportColumn("number", "TT"),
        ReportColumn("unit", "Đơn vị"),
        ReportColumn("indicator", "Chỉ tiêu"),
        ReportColumn("figure", "Kết quả"),
        ReportColumn("target", "Chỉ tiêu giao"),
        ReportColumn("reason", "Nguyên nhân"),
    )
    return ReportTable("behind", "Đơn vị chậm tiến độ và nguyên nhân", columns, rows)


def difference(line: ReportLine) -> str:
    """Return the difference to the previous span: "+12", "−3", "0"."""
    if line.previous is None or line.in_period is None:
        return formats.NONE
    more = line.in_period - line.previous
    return f"{'+' if more > 0 else '−' if more < 0 else ''}{formats.number(abs(more))}"


def _total(line: ReportLine) -> str:
    """Return the cumulative figure; a dash where the last column says that there is none."""
    return formats.NONE if line.total is None and line.state_text else wording.total(line)


def _title(line: ReportLine) -> str:
    return f"{line.title} ({line.unit_of_count})" if line.unit_of_count else line.title
