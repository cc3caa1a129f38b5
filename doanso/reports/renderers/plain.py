"""A report as text: a table (CSV) and the whole content (JSON) for programs, and messages for people."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator

from doanso.lib import formats
from doanso.lib.spreadsheet import safe_csv_rows
from doanso.reports.content import ReportContent, ReportLine, as_json, numbers
from doanso.reports.renderers import wording

LONGEST_MESSAGE = 2000
"""The maximum number of characters in one Zalo message."""
BETWEEN_MESSAGES = "\n\n-----\n\n"
_INDICATORS = (
    "Mã", "Chỉ tiêu", "Đơn vị tính", "Giao", "Trong kỳ", "Lũy kế", "Mẫu số", "Tỷ lệ (%)", "Kỳ trước", "Lượt trong kỳ",
    "Lượt lũy kế", "Ước tính, chưa có hồ sơ", "Tình trạng", "Tỷ lệ sai khi phúc tra", "Địa chỉ xem hồ sơ",
)  # fmt: skip


def render_json(content: ReportContent, *, base: str) -> bytes:
    """Return the content for `content.from_json`, with the base of its paths and the hash of its numbers."""
    beside = {"base": base, "numbers_sha256": hashlib.sha256(numbers(content)).hexdigest()}
    return (json.dumps({**as_json(content), **beside}, ensure_ascii=False, indent=1) + "\n").encode()


# --- A table ------------------------------------------------------------------------------------------------------------


def render_csv(content: ReportContent, *, base: str) -> bytes:
    """Return the indicators and the units, one table after the other, as CSV; the byte order mark tells Excel that it
    is UTF-8."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerows(safe_csv_rows(_rows(content, base)))
    return ("\ufeff" + target.getvalue()).encode()


def _rows(content: ReportContent, base: str) -> Iterator[list[object]]:
    yield [content.unit, content.head.summary]
    yield ["Từ ngày", formats.day(content.first_day), "đến ngày", formats.day(content.last_day)]
    yield []
    yield list(_INDICATORS)
    for line in content.lines:
        yield _indicator(line, base)
    if content.units:
        yield []
        yield [
            "TT",
            "Đơn vị",
            *(f"{column.over}: {column.title}" if column.over else column.title for column in content.columns),
            "Ghi chú",
        ]
        for row in content.units:
            yield [row.number, row.unit, *row.cells, row.note]
        if content.sums:
            yield ["", "Tổng cộng", *content.sums, ""]


def _indicator(line: ReportLine, base: str) -> list[object]:
    return [
        line.code,
        line.title,
        line.unit_of_count,
        wording.goal(line),
        line.in_period,
        line.total if line.total is not None else wording.NO_FIGURE,
        line.denominator,
        formats.tenths(line.percent) if line.percent is not None else "",
        line.previous,
        line.times_in_period,
        line.times_total,
        line.estimate,
        line.state_text,
        line.error_rate,
        f"{base}{line.path}" if base and line.path else "",
    ]


# --- Messages -----------------------------------------------------------------------------------------------------------


def render_text(content: ReportContent, *, base: str) -> bytes:
    """Return the messages, concatenated."""
    return (BETWEEN_MESSAGES.join(messages(content, base=base)) + "\n").encode()


def messages(content: ReportContent, *, base: str) -> list[str]:
    """Return messages to be pasted into Zalo: plain text, split between lines if a message would be too long."""
    return _cut(_lines(content, base))


def _lines(content: ReportContent, base: str) -> Iterator[str]:
    yield f"{content.head.type_name} {content.unit.upper()}"
    yield content.head.summary
    yield f"Số liệu {wording.span_words(content)}{'' if wording.is_frozen(content) else ' (chưa chốt)'}"
    for line in content.lines:
        if line.total is not None:
            yield _said(line)
    silent = sum(line.total is None for line in content.lines)
    if silent:
        yield f"Còn {silent} chỉ tiêu chưa có số liệu."
    if content.behind:
        yield ""
        yield "Đơn vị cần đôn đốc:"
        yield from _behind(content)
    if content.late_units:
        yield f"Gửi trễ: {', '.join(content.late_units)}."
    if base and content.path:
        yield f"Xem đầy đủ (phải đăng nhập): {base}{content.path}"


def _said(line: ReportLine) -> str:
    text = (
        f"- {line.title}: trong kỳ {formats.number(line.in_period)} {line.unit_of_count}, lũy kế {wording.total(line)}"
    )
    beside = []
    if line.percent is not None:
        beside.append(formats.percent(line.percent))
    if line.target is not None:
        beside.append(f"giao {wording.goal(line)}")
    if line.times_total is not None:
        beside.append(f"{formats.number(line.times_total)} lượt")
    return f"{text}{f' ({", ".join(beside)})' if beside else ''}"


def _behind(content: ReportContent) -> Iterator[str]:
    """Yield one line per unit: the indicators on which it is behind."""
    by_unit: dict[str, list[str]] = {}
    for entry in content.behind:
        by_unit.setdefault(entry.unit, []).append(f"{entry.indicator} {entry.figure}/{entry.target}")
    for unit, figures in by_unit.items():
        yield f"- {unit}: {'; '.join(figures)}"


def _cut(lines: Iterable[str]) -> list[str]:
    parts: list[str] = []
    now = ""
    for line in _short(lines):
        joined = f"{now}\n{line}" if now else line
        if len(joined) > LONGEST_MESSAGE:
            parts.append(now.strip("\n"))
            now = line
        else:
            now = joined
    return [*parts, now.strip("\n")] if now.strip("\n") else parts


def _short(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines, splitting those longer than a message."""
    for line in lines:
        for start in range(0, max(len(line), 1), LONGEST_MESSAGE):
            yield line[start : start + LONGEST_MESSAGE]
