"""Lists of people and shops helped, at random."""

from datetime import date, timedelta
from typing import Any

from doanso.lib.vietnamese import tidy_name
from doanso.tests.lists.cells import impossible_day, no_name, old_card_as_phone
from doanso.tests.lists.making import REFUSED, ListMaker, Made, Meant, SheetPlan
from doanso.tests.lists.members import OTHER_TITLES, STREETS

HEADS = {
    "name": ("Họ và tên", "Tên người dân, hộ KD", "Họ tên người dân", "Người được hỗ trợ", "Tên người dân"),
    "shop": ("Tên cửa hàng", "Hộ kinh doanh", "Tên hộ KD"),
    "birth": ("Năm sinh", "NS", "Sinh năm"),
    "phone": ("SĐT", "Điện thoại", "Số điện thoại người dân"),
    "neighbourhood": ("Khu phố", "KP", "Khu phố, ấp"),
    "address": ("Địa chỉ", "Nơi ở"),
    "service": ("Dịch vụ", "Đã hướng dẫn", "Nội dung hỗ trợ", "Việc được giúp"),
    "day": ("Ngày hỗ trợ", "Ngày", "Ngày thực hiện"),
    "helper": ("Người giúp", "Đoàn viên hỗ trợ", "Người hướng dẫn"),
    "second": ("Đi cùng", "Người cùng đi", "Cán bộ khu phố"),
    "consent": ("Có đồng ý không", "Đồng ý", "Phiếu đồng ý"),
}
SERVICES = {
    "portal": ("Dịch vụ công", "DVC", "Cổng dịch vụ công"),
    "payment": ("Thanh toán", "Tài khoản thanh toán", "mã QR"),
    "vneid": ("VNeID", "Định danh điện tử"),
}
YES, NO = ("x", "X", "Có", "v", "đồng ý"), ("không", "Không", "k")
TITLES = (
    "ĐOÀN PHƯỜNG 4",
    "DANH SÁCH NGƯỜI DÂN, HỘ KINH DOANH ĐƯỢC HỖ TRỢ",
    "(Tháng 11 năm 2023)",
    "Tổ công nghệ số cộng đồng phường 4",
)
SUPPORT_CELLS = (impossible_day, no_name, old_card_as_phone)


def make(seed: int, *, cells: bool) -> Made:
    """One list of people helped of at most thirty rows."""
    return _Maker(seed, "supports", cells=cells).make()


class _Maker(ListMaker):
    def make(self) -> Made:
        for share, name in (
            (0.5, "titles"), (0.45, "totals"), (0.3, "notes"), (0.25, "heads again"), (0.5, "foot"), (0.5, "hasty"),
        ):  # fmt: skip
            self.chance(share, name)
        pick = self.pick
        plan = SheetPlan(pick.choice(["Danh sách", "Sheet1", "Tháng 11"]))
        if "titles" in self.classes:
            for _line in range(pick.randrange(1, 4)):
                plan.add({pick.choice([0, 1, 4]): pick.choice(TITLES)})
        people = [self.person(name, number) for number, name in enumerate(self.names(pick.randrange(1, 31)))]
        if self.chance(0.07, "another unit"):
            plan.add({pick.choice([0, 1]): pick.choice(OTHER_TITLES["p4"])})
            for one in people:
                one.doubt("another unit", REFUSED)
        codes = ["name", *(code for code in ("birth", "phone", "neighbourhood", "address") if pick.random() < 0.75)]
        codes += ["service", "day", *(code for code in ("helper", "second") if pick.random() < 0.7), "consent"]
        if any(one.values["shop"] for one in people):
            codes.insert(1, "shop")
        order = 0 if pick.random() < 0.75 else None
        columns = {code: place for place, code in enumerate(codes, 0 if order is None else 1)}
        head: dict[int, Any] = {place: pick.choice(HEADS[code]) for code, place in columns.items()}
        if order is not None:
            head[0] = pick.choice(["STT", "TT"])
        if self.chance(0.2, "other columns"):
            head[max(head) + 1] = pick.choice(["Ghi chú", "Số CCCD", "Kết quả"])
        plan.add(head)
        first = len(plan.rows)
        self.fill(plan, people, head, columns, order)
        self.merge_days(plan, columns)
        self.foot(plan, columns, order)
        text = [columns[code] for code in ("name", "shop", "address", "helper", "second") if code in columns]
        self.garble(plan, text, first)
        self.hide(plan, columns)
        return self.finished([plan], "p4")

    def fill(
        self, plan: SheetPlan, people: list[Meant], head: dict[int, Any], columns: dict[str, int], order: int | None
    ) -> None:
        """The rows of those who were helped, with what stands between them."""
        grouped, group = "neighbourhood" not in columns and self.chance(0.3, "places by group"), ""
        people.sort(key=lambda one: one.values["place"])
        for number, one in enumerate(people, 1):
            if grouped and one.values["place"] != group:
                group = one.values["place"]
                plan.add({columns["name"]: group})
            elif number > 1:
                self.between(plan, [head], columns, order)
            if not grouped and "neighbourhood" not in columns:
                one.values["place"] = ""
            cells = self.cells(one, columns)
            if order is not None:
                cells[order] = number
            if self.with_cells and self.pick.random() < 0.08:
                cell = self.pick.choice(SUPPORT_CELLS)
                self.classes += [cell.__name__] if cell(self.pick, cells, columns, one) else []
            plan.meant[plan.add(cells)] = one

    def person(self, name: str, number: int) -> Meant:
        pick = self.pick
        shop = f"Tạp hoá {name.rpartition(' ')[2]} {number + 1}" if pick.random() < 0.12 else ""
        year = pick.randrange(1940, 2005)
        consent = pick.choice(["agreed", "agreed", "agreed", "agreed", "silent", "refused"])
        meant = Meant(
            {
                "name": "" if shop else tidy_name(name),
                "shop": shop,
                "birth": "" if shop or pick.random() < 0.15 else year,
                "phone": f"09{pick.randrange(10, 99)}{number + 123456:06}" if pick.random() < 0.6 else "",
                "place": pick.choice(["Khu phố 1", "Khu phố 2"]),
                "address": f"{pick.randrange(1, 300)} {pick.choice(STREETS)}" if pick.random() < 0.6 else "",
                "done": [
                    (pick.choice(list(SERVICES)), (date(2023, 11, 1) + timedelta(days=pick.randrange(10))).isoformat())
                ],
                "helper": pick.choice(["Trần Gia Huy", "Lê Thị Hồng"]),
                "second": pick.choice(["", "Phạm Văn Sáu"]),
                "consent": consent,
            }
        )
        if not shop and consent != "agreed":
            meant.doubt("consent", REFUSED)
        return meant

    def cells(self, one: Meant, columns: dict[str, int]) -> dict[int, Any]:
        pick, values, cells = self.pick, one.values, {}
        for code, text in (
            ("name", self.written(values["name"])),
            ("shop", values["shop"]),
            ("neighbourhood", values["place"]),
        ):
            if code in columns:
                cells[columns[code]] = text
        for code in ("birth", "phone", "address", "helper", "second"):
            if code in columns:
                cells[columns[code]] = values[code]
            else:
                values[code] = ""
        [(service, day)] = values["done"]
        cells[columns["service"]] = pick.choice(SERVICES[service])
        cells[columns["day"]] = f"{date.fromisoformat(day):%d/%m/%Y}"
        cells[columns["consent"]] = {"agreed": pick.choice(YES), "silent": None, "refused": pick.choice(NO)}[
            values["consent"]
        ]
        return cells

    def merge_days(self, plan: SheetPlan, columns: dict[str, int]) -> None:
        """The day written once for the rows that follow on each other."""
        if not self.chance(0.15, "merged days"):
            return
        lines = sorted(plan.meant)
        place = columns["day"]
        while lines:
            run = [lines.pop(0)]
            while lines and lines[0] == run[-1] + 1 and len(run) < 4:
                run.append(lines.pop(0))
            if len(run) > 1:
                plan.merges.append((run[0], place, run[-1], place))
                day = plan.meant[run[0]].values["done"][0][1]
                for line in run:
                    one = plan.meant[line]
                    one.values["done"] = [(code, day) for code, _day in one.values["done"]]
