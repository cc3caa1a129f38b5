"""Members' lists at random."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from doanso.lib.vietnamese import tidy_name
from doanso.tests.lists.cells import MEMBER_CELLS
from doanso.tests.lists.making import REFUSED, ListMaker, Made, Meant, SheetPlan

HEADS = {
    "name": ("Họ và tên", "HỌ VÀ TÊN", "Họ tên", "Họ và tên đoàn viên", "Họ, tên"),
    "birth": ("Ngày sinh", "Ngày, tháng, năm sinh", "Năm sinh", "NTNS"),
    "gender": ("Giới tính", "Phái", "GT", "Nam/Nữ"),
    "citizen_id": ("Số CCCD", "CCCD", "Số định danh"),
    "phone": ("SĐT", "Điện thoại", "Số ĐT", "Điện thoại (Zalo)"),
    "address": ("Địa chỉ", "Nơi ở", "Nơi ở hiện nay"),
    "branch": ("Chi đoàn", "Khu phố", "Sinh hoạt tại chi đoàn"),
    "joined": ("Ngày vào Đoàn", "Ngày kết nạp"),
}
STREETS = ("Lê Lợi", "Đống Đa", "Nguyễn Trãi", "Trần Hưng Đạo", "Ấp Bắc", "Lý Thường Kiệt")
BRANCH_WORDS = {
    "p4-kp1": ("Khu phố 1", "KP 1", "KP01", "Chi đoàn Khu phố 1", "CĐ KP1"),
    "p4-kp2": ("Khu phố 2", "KP 2", "KP02", "Chi đoàn khu phố 2"),
}
OWN_TITLES = {
    "p4": ("ĐOÀN PHƯỜNG 4", "BCH ĐOÀN PHƯỜNG 4", "Đoàn TNCS Hồ Chí Minh phường 4", "DANH SÁCH ĐOÀN VIÊN NĂM 2023"),
    "p4-kp1": ("ĐOÀN PHƯỜNG 4", "CHI ĐOÀN KHU PHỐ 1", "Danh sách đoàn viên chi đoàn KP1"),
}
OTHER_TITLES = {
    "p4": ("ĐOÀN PHƯỜNG 5", "Danh sách đoàn viên phường 5", "BCH Đoàn P.5", "ĐOÀN PHƯỜNG 9", "Đoàn Phường 05"),
    "p4-kp1": ("CHI ĐOÀN KHU PHỐ 2", "Chi đoàn KP 02, Phường 4", "ĐOÀN PHƯỜNG 5", "Chi đoàn khu phố 7"),
}


def make(seed: int, *, cells: bool) -> Made:
    """One members' list of at most thirty rows."""
    return _Maker(seed, "members", cells=cells).make()


class _Maker(ListMaker):
    def make(self) -> Made:
        for share, name in (
            (0.5, "titles"), (0.45, "totals"), (0.3, "notes"), (0.25, "heads again"), (0.5, "foot"), (0.5, "hasty"),
        ):  # fmt: skip
            self.chance(share, name)
        unit = "p4-kp1" if self.chance(0.15, "one branch") else "p4"
        by = "one" if unit == "p4-kp1" else self.pick.choice(["column", "column", "merged", "group", "sheets"])
        self.classes.append(f"branches by {by}")
        count = self.pick.randrange(1, 31)
        people = [self.person(name, number, unit) for number, name in enumerate(self.names(count))]
        people.sort(key=lambda one: one.values["branch"])
        if by == "sheets":
            groups = [(code, [one for one in people if one.values["branch"] == code]) for code in ("p4-kp1", "p4-kp2")]
            sheets = [self.sheet(self.pick.choice(BRANCH_WORDS[code]), some, unit, by) for code, some in groups if some]
        else:
            sheets = [self.sheet(self.pick.choice(["Danh sách", "Sheet1", "DSĐV", "2023"]), people, unit, by)]
        if self.chance(0.05, "hidden sheet"):
            hidden = self.sheet("Nháp", [self.person(f"Ẩn {one}", 900, unit) for one in self.names(2)], unit, "column")
            hidden.hidden = True
            sheets.append(hidden)
        return self.finished(sheets, unit)

    def person(self, name: str, number: int, unit: str) -> Meant:
        pick = self.pick
        born = date(1995, 1, 1) + timedelta(days=pick.randrange(4380))
        gender = pick.choice(["male", "female"])
        citizen = f"082{(0 if born.year < 2000 else 2) + (gender == 'female')}{born.year % 100:02}{number + 123:06}"
        return Meant(
            {
                "name": tidy_name(name),
                "birth": born.year if pick.random() < 0.15 else born.isoformat(),
                "gender": gender,
                "citizen_id": citizen if pick.random() < 0.6 else "",
                "phone": f"09{pick.randrange(10, 99)}{number + 123456:06}" if pick.random() < 0.6 else "",
                "address": f"{pick.randrange(1, 300)} {pick.choice(STREETS)}" if pick.random() < 0.6 else "",
                "branch": unit if unit == "p4-kp1" else pick.choice(["p4-kp1", "p4-kp2"]),
                "joined": f"{born.year + 16}-03-26" if pick.random() < 0.4 and born.year < 2006 else "",
            }
        )

    def sheet(self, name: str, people: list[Meant], unit: str, by: str) -> SheetPlan:
        plan = SheetPlan(name)
        head, columns, order = self.head(plan, by)
        if self.chance(0.07, "another unit"):
            self.name_another_unit(plan, people, unit, by)
        for line in head:
            plan.add(line)
        if self.chance(0.15, "numbering"):
            numbered = sorted({*columns.values(), *([0] if order == 0 else [])})
            plan.add({place: f"({at})" for at, place in enumerate(numbered, 1)})
        first = len(plan.rows)
        self.fill(plan, people, head, columns, order, by)
        if by == "merged":
            self.merge(plan, columns["branch"])
        if self.chance(0.06, "alone"):
            # A name and nothing else, without a number: perhaps a person, perhaps a title.
            one = Meant({"name": "Nguyễn Lẻ Loi"})
            one.doubt("alone", REFUSED)
            plan.meant[plan.add({columns.get("name", columns.get("family_name", 0)): "Nguyễn Lẻ Loi"})] = one
        self.foot(plan, columns, order)
        texts = [columns[code] for code in ("name", "family_name", "given_name", "address") if code in columns]
        self.garble(plan, texts, first)
        self.hide(plan, columns)
        return plan

    def name_another_unit(self, plan: SheetPlan, people: list[Meant], unit: str, by: str) -> None:
        """In the title, or as the sheet's name."""
        if self.pick.random() < 0.7 or by == "sheets":
            plan.rows.insert(0, {self.pick.choice([0, 1]): self.pick.choice(OTHER_TITLES[unit])})
        else:
            plan.name = "Phường 5"
        for one in people:
            one.doubt("another unit", REFUSED)

    def fill(
        self,
        plan: SheetPlan,
        people: list[Meant],
        head: list[dict[int, Any]],
        columns: dict[str, int],
        order: int | None,
        by: str,
    ) -> None:
        """The rows of the people, with what stands between them."""
        branch, moved = "", False
        for number, one in enumerate(people, 1):
            if by == "group" and one.values["branch"] != branch:
                branch = one.values["branch"]
                self.begin_group(plan, columns, order, branch)
            elif number > 1:
                self.between(plan, head, columns, order)
            can_move = not moved and number > 2 and {"phone", "address"} <= columns.keys()
            if can_move and self.chance(0.008, "columns moved"):
                moved = True
                head = [_swapped(line, columns) for line in head]
                for line in head:
                    plan.add(line)
            cells = self.cells(one, columns, by)
            if moved:
                cells = _swapped(cells, columns)
                one.doubt("columns moved", REFUSED)
            if order is not None:
                cells[order] = number
            if self.with_cells and self.pick.random() < 0.08:
                cell = self.pick.choice(MEMBER_CELLS)
                self.classes += [cell.__name__] if cell(self.pick, cells, columns, one) else []
            plan.meant[plan.add(cells)] = one

    def begin_group(self, plan: SheetPlan, columns: dict[str, int], order: int | None, branch: str) -> None:
        """A row that names the branch of those below it."""
        pick = self.pick
        text = pick.choice(BRANCH_WORDS[branch])
        text = pick.choice(["{}", "{}:", "{} (5 đ/c)"]).format(text.upper() if pick.random() < 0.3 else text)
        at = columns.get("name", columns.get("family_name", 0))
        plan.add({order: "I", at: text} if order is not None and pick.random() < 0.5 else {at: text})

    def head(self, plan: SheetPlan, by: str) -> tuple[list[dict[int, Any]], dict[str, int], int | None]:
        """Titles above, the lines of the head, the columns' places and that of the numbers."""
        pick = self.pick
        if "titles" in self.classes:
            for _line in range(pick.randrange(1, 5)):
                plan.add({pick.choice([0, 0, 1, 3]): pick.choice(OWN_TITLES["p4-kp1" if by == "one" else "p4"])})
            plan.add({})
        codes = [
            "name",
            "birth",
            *(code for code in ("gender", "citizen_id", "phone", "address", "joined") if pick.random() < 0.7),
        ]
        if by in {"column", "merged"}:
            codes.append("branch")
        if pick.random() < 0.3:
            rest = codes[1:]
            pick.shuffle(rest)
            codes = [codes[0], *rest]
        order = 0 if pick.random() < 0.75 else None
        place = 0 if order is None else 1
        upper: dict[int, Any] = {} if order is None else {0: pick.choice(["STT", "TT", "Số TT"])}
        lower: dict[int, Any] = {}
        columns: dict[str, int] = {}
        for code in codes:
            if code == "birth" and "gender" not in codes and self.chance(0.5, "birth by sex"):
                upper[place], lower[place], lower[place + 1] = "Ngày sinh", "Nam", "Nữ"
                columns["birth_male"], columns["birth_female"] = place, place + 1
                place += 2
                continue
            if code == "name" and self.chance(0.12, "name in two columns"):
                upper[place], upper[place + 1] = "Họ và tên đệm", "Tên"
                columns["family_name"], columns["given_name"] = place, place + 1
                place += 2
                continue
            upper[place] = pick.choice(HEADS[code])
            columns[code] = place
            place += 1
        if self.chance(0.2, "other columns"):
            upper[place] = pick.choice(["Ghi chú", "Dân tộc", "Đoàn phí", "Tôn giáo"])
        if lower:
            return [upper, lower], columns, order
        return [upper], columns, order

    def cells(self, one: Meant, columns: dict[str, int], by: str) -> dict[int, Any]:
        """The row as it is typed; what the list has no column for is left out."""
        pick, values, cells = self.pick, one.values, {}
        written = self.written(values["name"])
        if "name" in columns:
            cells[columns["name"]] = written
        else:
            family, _space, given = values["name"].rpartition(" ")
            cells[columns["family_name"]], cells[columns["given_name"]] = family, given
        birth = _typed_day(pick, values["birth"])
        if "birth" in columns:
            cells[columns["birth"]] = birth
        else:
            cells[columns[f"birth_{values['gender']}"]] = birth
        if "gender" in columns:
            cells[columns["gender"]] = "Nam" if values["gender"] == "male" else pick.choice(["Nữ", "nữ", "Nu"])
        elif "birth" in columns:
            values["gender"] = ""
        for code in ("citizen_id", "phone", "address", "joined"):
            if code not in columns:
                values[code] = ""
            elif values[code]:
                cells[columns[code]] = values[code]
        if "phone" in columns and values["phone"] and pick.random() < 0.3:
            number = values["phone"]
            cells[columns["phone"]] = pick.choice(
                [int(number), f"{number[:4]}.{number[4:7]}.{number[7:]}", f"+84 {number[1:]}"]
            )
        if "joined" in columns and values["joined"]:
            cells[columns["joined"]] = _typed_day(pick, values["joined"])
        if "branch" in columns:
            cells[columns["branch"]] = pick.choice(BRANCH_WORDS[values["branch"]])
        return cells

    def merge(self, plan: SheetPlan, place: int) -> None:
        """The branch written once over the rows of its people that follow on each other."""
        lines = sorted(plan.meant)
        while lines:
            run = [lines.pop(0)]
            branch = plan.meant[run[0]].values["branch"]
            while lines and lines[0] == run[-1] + 1 and plan.meant[lines[0]].values["branch"] == branch:
                run.append(lines.pop(0))
            if len(run) > 1:
                plan.merges.append((run[0], place, run[-1], place))


def _swapped(cells: dict[int, Any], columns: dict[str, int]) -> dict[int, Any]:
    """The row with phone and address in each other's places."""
    one, other = columns["phone"], columns["address"]
    return {**cells, one: cells.get(other), other: cells.get(one)}


def _typed_day(pick: Random, typed: str | int) -> Any:
    """A day or a year as hands and programs write it."""
    if isinstance(typed, int):
        return pick.choice([typed, str(typed)])
    day = date.fromisoformat(typed)
    return pick.choice(
        [
            f"{day:%d/%m/%Y}",
            f"{day.day}/{day.month}/{day.year}",
            f"{day:%d-%m-%Y}",
            f"{day:%d.%m.%Y}",
            datetime(day.year, day.month, day.day),  # noqa: DTZ001 (a cell of Excel has no zone)
        ]
    )
