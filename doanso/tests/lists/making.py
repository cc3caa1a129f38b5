"""Lists as committees keep them, made at random from a seed, each with what an import of it must come to.

Of every row the oracle knows the person who was meant and the values that may be stored of that person; and whether the row
is plain (it must come in, with exactly these values) or doubtful (it must be asked about, refused or warned of, and what is
stored all the same may be left out, never be wrong).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from random import Random
from typing import Any

import xlsxwriter

from doanso.lib.old_encodings import encodings_of
from doanso.tests.lists.people import full_names, hasty, typed_in

PLAIN, DOUBTFUL, REFUSED = "plain", "doubtful", "refused"
"""It comes in as it is; it is asked about, refused or warned of; it is asked about or refused, and never comes in at once."""


@dataclass
class Meant:
    """Somebody a row means, and what may be stored."""

    values: dict[str, Any]
    outcome: str = PLAIN
    why: str = ""

    def doubt(self, why: str, outcome: str = DOUBTFUL) -> None:
        """Make the row doubtful for a reason; refused is never made less."""
        if self.outcome != REFUSED:
            self.outcome, self.why = outcome, why


@dataclass
class Made:
    """A file, and who is meant in which row of which sheet."""

    kind: str
    unit: str
    content: bytes
    name: str
    meant: dict[tuple[str, int], Meant]
    classes: list[str]


@dataclass
class SheetPlan:
    """A sheet while it is being made: rows of cells by column, and what is special about it."""

    name: str
    rows: list[dict[int, Any]] = field(default_factory=list)
    meant: dict[int, Meant] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    hidden: bool = False
    empty_below: int = 0

    def add(self, cells: Mapping[int, Any]) -> int:
        """Append a row; its place from 0."""
        self.rows.append({place: cell for place, cell in cells.items() if cell is not None and cell != ""})
        return len(self.rows) - 1


def workbook(sheets: list[SheetPlan]) -> bytes:
    """The sheets as an .xlsx."""
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    grey, day = book.add_format({"bg_color": "#EEEEEE"}), book.add_format({"num_format": "dd/mm/yyyy"})
    for plan in sheets:
        sheet = book.add_worksheet(plan.name)
        if plan.hidden:
            sheet.hide()
        covered = {
            (line, at)
            for first, left, last, right in plan.merges
            for line in range(first, last + 1)
            for at in range(left, right + 1)
        }
        for first, left, last, right in plan.merges:
            sheet.merge_range(first, left, last, right, plan.rows[first].get(left, ""), grey)
        for line, cells in enumerate(plan.rows):
            for place, cell in cells.items():
                if (line, place) in covered:
                    continue
                if isinstance(cell, str):
                    sheet.write_string(line, place, cell)
                elif hasattr(cell, "year"):
                    sheet.write_datetime(line, place, cell, day)
                else:
                    sheet.write(line, place, cell)
        for line in plan.hidden_rows:
            sheet.set_row(line, None, None, {"hidden": True})
        for place in plan.hidden_columns:
            sheet.set_column(place, place, None, None, {"hidden": True})
        for line in range(len(plan.rows), len(plan.rows) + plan.empty_below):
            sheet.set_row(line, 15, grey)
    book.close()
    return target.getvalue()


TOTALS = (
    *(
        "Cộng",
        "Cộng:",
        "Tổng cộng",
        "TỔNG CỘNG:",
        "TC",
        "TC:",
        "T/C",
        "Cộng trang",
        "Cộng trang 1",
        "Mang sang",
        "Tổng số: 35 đồng chí",
    ),
    *(
        "Tổng số: 12 người",
        "Cộng mang sang",
        "Chuyển sang trang 2",
        "Lũy kế",
        "Tổng cộng (12 đ/c)",
        "Danh sách này gồm 15 đồng chí",
    ),
    *("Tổng", "Tổng: 4", "Trang trước chuyển sang", "Sĩ số: 20", "Ấn định danh sách có 12 đoàn viên", "Cộng dồn"),
)
NOTES = (
    *(
        "Danh sách bổ sung",
        "(Tiếp theo trang trước)",
        "Ghi chú: các bạn chưa có số điện thoại thì để trống",
        "Trang 2",
        "---",
    ),
    *(
        "Danh sách đoàn viên (tiếp theo)",
        "Lưu ý: ghi đủ họ tên",
        "(Đính kèm kế hoạch)",
        "Kèm theo Công văn số 12-CV/ĐTN",
    ),
)
FEET: tuple[tuple[str, ...], ...] = (
    ("Mỹ Tho, ngày 12 tháng 11 năm 2023",),
    ("NGƯỜI LẬP BẢNG", "TM. BAN CHẤP HÀNH"),
    ("Người lập", "BÍ THƯ"),
    ("Người tổng hợp", "Xác nhận của Đảng ủy", "TM. BCH ĐOÀN PHƯỜNG"),
    ("T/M BAN THƯỜNG VỤ",),
    ("(Ký, ghi rõ họ tên)", "(Ký tên, đóng dấu)"),
    ("Duyệt", "Người báo cáo"),
    ("Đại diện khu phố", "Người lập biểu", "Chủ tịch UBND"),
)
SIGNERS = (("Nguyễn Văn Ký",), ("Trần Thị Lập", "Lê Văn Duyệt"), ("Phạm Ký", "Đỗ Thị Dấu", "Võ Văn Triện"))


class ListMaker:
    """Makes one list; which classes it holds is chosen by the seed."""

    def __init__(self, seed: int, kind: str, *, cells: bool) -> None:
        self.pick = Random(f"{kind}/{seed}")
        self.kind = kind
        self.with_cells = cells
        self.classes: list[str] = []

    def chance(self, share: float, name: str) -> bool:
        """Whether this list holds the class."""
        if self.pick.random() < share:
            self.classes.append(name)
            return True
        return False

    def between(
        self, plan: SheetPlan, head: list[dict[int, Any]], columns: Mapping[str, int], order: int | None
    ) -> None:
        """What stands between two rows now and then: totals, notes, the head again, nothing."""
        name = columns.get("name", columns.get("family_name", 0))
        match self.pick.randrange(14):
            case 0 if "totals" in self.classes:
                place = self.pick.choice([name, name if order is None else order])
                counted = {max(columns.values()): self.pick.randrange(3, 40)} if self.pick.random() < 0.4 else {}
                plan.add(counted | {place: self.pick.choice(TOTALS)})
            case 1 if "notes" in self.classes:
                plan.add({self.pick.choice([0, name]): self.pick.choice(NOTES)})
            case 2 if "heads again" in self.classes:
                for line in head:
                    plan.add(
                        {place: cell.upper() if self.pick.random() < 0.3 else cell for place, cell in line.items()}
                    )
            case 3:
                plan.add({})

    def foot(self, plan: SheetPlan, columns: Mapping[str, int], order: int | None) -> None:
        """Totals, dates and signatures below the list."""
        name = columns.get("name", columns.get("family_name", 0))
        places = sorted(columns.values())
        if "totals" in self.classes:
            plan.add({self.pick.choice([name, name if order is None else order]): self.pick.choice(TOTALS)})
        if "foot" not in self.classes:
            return
        plan.add({})
        for _line in range(self.pick.randrange(1, 4)):
            words = self.pick.choice(FEET)
            starts = [
                name,
                *self.pick.sample(
                    [one for one in places if one != name] or [name + 1], min(len(words) - 1, max(1, len(places) - 1))
                ),
            ]
            plan.add(dict(zip(starts, words, strict=False)))
        plan.add({})
        if self.pick.random() < 0.7:
            words = self.pick.choice(SIGNERS)
            plan.add(dict(zip([name, *[one for one in places if one != name]], words, strict=False)))

    def names(self, count: int) -> list[str]:
        """So many people's names."""
        return full_names(self.pick, count)

    def written(self, name: str) -> str:
        """The name as this hand writes it."""
        return hasty(self.pick, name) if "hasty" in self.classes else name

    def garble(self, plan: SheetPlan, places: list[int], first: int) -> None:
        """Type columns for an old font: all rows of them, the head too now and then, or one name among good ones."""
        font = self.pick.choice(["tcvn3", "vni"])
        if self.chance(0.08, "old font"):
            self.classes.append(font)
            whole = self.chance(0.5, "old font in the head")
            for cells in plan.rows[0 if whole else first :]:
                for place in cells if whole else places:
                    if isinstance(cells.get(place), str):
                        cells[place] = typed_in(cells[place], font)
        elif len(plan.meant) > 3 and self.chance(0.05, "one in an old font"):
            line = self.pick.choice(list(plan.meant))
            cell = plan.rows[line].get(places[0])
            if isinstance(cell, str):
                typed = typed_in(cell, font)
                # “Tèng” among good names is a syllable, and nobody can tell that Tống was meant.
                if encodings_of(typed):
                    plan.rows[line][places[0]] = typed
                    plan.meant[line].doubt("one in an old font")

    def hide(self, plan: SheetPlan, columns: Mapping[str, int]) -> None:
        """Hidden rows and columns, and rows below that are only formatted."""
        if plan.meant and self.chance(0.08, "hidden rows"):
            for line in self.pick.sample(list(plan.meant), min(2, len(plan.meant))):
                plan.hidden_rows.add(line)
                plan.meant[line].doubt("hidden row")
        if self.chance(0.08, "hidden column"):
            plan.hidden_columns.add(self.pick.choice(sorted(columns.values())))
        if self.chance(0.08, "empty rows below"):
            plan.empty_below = self.pick.choice([30, 2000])

    def finished(self, sheets: list[SheetPlan], unit: str) -> Made:
        """The file and its oracle."""
        meant = {(plan.name, line + 1): one for plan in sheets if not plan.hidden for line, one in plan.meant.items()}
        if self.chance(0.01, "csv"):
            for one in meant.values():
                one.outcome, one.why = REFUSED, "csv"
            lines = [";".join(str(row.get(place, "")) for place in range(12)) for plan in sheets for row in plan.rows]
            return Made(self.kind, unit, "\n".join(lines).encode("utf-8-sig"), "ds.csv", meant, self.classes)
        return Made(self.kind, unit, workbook(sheets), "ds.xlsx", meant, self.classes)
