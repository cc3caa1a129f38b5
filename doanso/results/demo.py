"""The demo's results: an indicator of the committee's own, digital-skills classes, for which wards report and the city confirms.

Most results are confirmed; two wait, one was sent back, one was corrected after its month had been closed, one was withdrawn.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.lib.spreadsheet import Column, write_table
from doanso.results import actions, queries
from doanso.results.actions import EvidenceFile, ResultInput
from doanso.results.models import Result
from doanso.targets.actions import load_programme
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit, UnitKind

CODE = "digital-classes"
FILE = "chuong-trinh.toml"
"""The demo's programme as it was loaded: the shipped one and the indicator of the committee's own."""
_OWN = """
# --- Việc riêng của Thành Đoàn, phần mềm chưa tự đếm ------------------------------------------------------------------

[[indicator]]
code = "digital-classes"
title = "Lượt người dự lớp kỹ năng số tại khu phố, ấp"
short_title = "Lớp kỹ năng số"
kind = "count"
group = "residents"
unit_of_count = "lượt người"
target = 1000
basis = "assumed"
why = "Thành Đoàn tự thêm vào kế hoạch. Phần mềm chưa đếm lớp học, nên đơn vị ghi kết quả và cấp trên xác nhận."
family = "results.reported"
"""
_PLACES = (
    "nhà văn hóa khu phố 3",
    "trụ sở ban điều hành khu phố 1",
    "hội trường phường",
    "chùa Vĩnh Tràng",
    "trường tiểu học",
    "quán cà phê của chi hội thanh niên",
)
_MONTHS = (3, 4, 5, 6, 7, 8, 9, 10)
_ATTESTED_AFTER = timedelta(days=3)
_RETURNED, _WITHDRAWN = date(2023, 11, 4), date(2023, 11, 6)


def load_own_indicator(actor: User, programmes: Path, folder: Path) -> None:
    """Load the shipped programme once more, with the indicator of the committee's own; the file stays in the data folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    path.write_text(programme_text(programmes), encoding="utf-8")
    load_programme(actor=actor, path=path)


def programme_text(programmes: Path) -> str:
    """Return the demo's programme as a file: the shipped one and the indicator of the committee's own."""
    shipped = (programmes / "my-tho-2023.toml").read_text(encoding="utf-8")
    services = f'services = "{(programmes / "services.toml").resolve()}"'
    return shipped.replace('services = "services.toml"', services) + _OWN


def year(
    programme: Programme,
    wards: Sequence[tuple[Unit, User]],
    *,
    city: Unit,
    officer: User,
    administrator: User,
    until: date,
    printed: str,
) -> list[DatedAction]:
    """Return the dated actions up to a day; `printed` is the ward whose secretary signs in."""
    story = _ClassStory(programme, wards, city, officer, administrator, printed)
    schedule: list[DatedAction] = []
    for number, month in enumerate(_MONTHS):
        for place in range(3):
            held = date(2023, month, 5 + 7 * place)
            ward = story.wards[(number + 2 * place) % len(story.wards)]
            quantity = 18 + (7 * number + 11 * place) % 29
            schedule.append((held + timedelta(days=1), partial(story.report, held, ward, quantity)))
            schedule.append((held + _ATTESTED_AFTER, partial(story.attest, held, ward[0])))
    schedule += [
        (date(2023, 6, 11), story.report_of_city),
        (date(2023, 6, 14), partial(story.attest_of_city, date(2023, 6, 10))),
        (date(2023, 11, 7), story.correct_after_closing),
        (date(2023, 11, 5), partial(story.report, _RETURNED, story.printed, 120)),
        (date(2023, 11, 8), story.send_back),
        (date(2023, 11, 7), partial(story.report, _WITHDRAWN, story.printed, 26)),
        (date(2023, 11, 7), story.withdraw),
        (date(2023, 11, 9), SeparateAction(story.report_with_file)),
        (date(2023, 11, 11), partial(story.report, date(2023, 11, 10), story.wards[-1], 31)),
    ]
    return [entry for entry in schedule if entry[0] <= until]


class _ClassStory:
    def __init__(
        self,
        programme: Programme,
        wards: Sequence[tuple[Unit, User]],
        city: Unit,
        officer: User,
        administrator: User,
        printed: str,
    ) -> None:
        self.programme, self.city = programme, city
        self.officer, self.administrator = officer, administrator
        # Schools and offices hold no classes for neighbours.
        self.wards = [ward for ward in wards if ward[0].kind == UnitKind.GRASSROOTS] or list(wards)
        self.printed = next((ward for ward in self.wards if ward[0].code == printed), self.wards[0])

    @property
    def indicator(self) -> Indicator:
        return Indicator.objects.select_related("programme__root", "programme__book").get(
            programme=self.programme, code=CODE
        )

    def _inputs(self, held: date, quantity: int) -> ResultInput:
        place = _PLACES[(held.month + held.day) % len(_PLACES)]
        return ResultInput(
            held, quantity, f"Lớp kỹ năng số cho người lớn tuổi tại {place}, có cán bộ công an hướng dẫn VNeID."
        )

    def report(self, held: date, ward: tuple[Unit, User], quantity: int) -> Result:
        unit, secretary = ward
        return actions.report_result(
            actor=secretary,
            indicator=self.indicator,
            unit=unit,
            inputs=self._inputs(held, quantity),
            confirmed=True,
        )

    def report_with_file(self) -> Result:
        unit, secretary = self.printed
        held, quantity = date(2023, 11, 8), 34
        table = BytesIO()
        columns = [Column("Buổi", 12), Column("Địa điểm", 30), Column("Số người dự", 14)]
        rows = [("Sáng", _PLACES[0], 19), ("Chiều", _PLACES[0], 15)]
        write_table(table, columns=columns, rows=rows, sheet_name="Điểm danh")
        return actions.report_result(
            actor=secretary,
            indicator=self.indicator,
            unit=unit,
            inputs=self._inputs(held, quantity),
            evidence=[EvidenceFile("Tổng hợp điểm danh 08-11.xlsx", table.getvalue())],
        )

    def _of(self, held: date, unit: Unit) -> Result:
        version = unit.results.filter(versions__happened_on=held, versions__is_latest=True)
        return queries.all_results().get(pk__in=version.values("pk"))

    def attest(self, held: date, unit: Unit) -> None:
        result = self._of(held, unit)
        actions.attest_result(actor=self.officer, result=result, read=queries.state_token(result))

    def report_of_city(self) -> None:
        actions.report_result(
            actor=self.officer,
            indicator=self.indicator,
            unit=self.city,
            inputs=ResultInput(
                date(2023, 6, 10), 85, "Lớp kỹ năng số toàn thành phố tại Nhà thiếu nhi, nhân tháng hành động."
            ),
        )

    def attest_of_city(self, held: date) -> None:
        result = self._of(held, self.city)
        actions.attest_result(actor=self.administrator, result=result, read=queries.state_token(result))

    def correct_after_closing(self) -> None:
        """Correct a result of a closed month: the closed figure stays, the difference counts in November."""
        version = next(
            version
            for version in queries.result_page(self.officer, queries.ResultFilter(state="attested"), 1).rows
            if version.happened_on.month == 9
        )
        result = self._fresh(version.result)
        actions.correct_result(
            actor=self.administrator,
            result=result,
            read=queries.state_token(result),
            inputs=ResultInput(version.happened_on, version.quantity - 4, version.text),
            why="Danh sách điểm danh ghi trùng 4 người.",
        )
        fresh = self._fresh(result)
        actions.attest_result(actor=self.officer, result=fresh, read=queries.state_token(fresh))

    def _fresh(self, result: Result) -> Result:
        return queries.all_results().get(pk=result.pk)

    def send_back(self) -> None:
        result = self._of(_RETURNED, self.printed[0])
        actions.return_result(
            actor=self.officer,
            result=result,
            read=queries.state_token(result),
            reason="Hội trường chỉ có 60 chỗ. Nhờ đơn vị đếm lại theo danh sách điểm danh.",
        )

    def withdraw(self) -> None:
        result = self._of(_WITHDRAWN, self.printed[0])
        actions.withdraw_result(
            actor=self.printed[1],
            result=result,
            read=queries.state_token(result),
            reason="Ghi nhầm, lớp dời sang tuần sau.",
        )
