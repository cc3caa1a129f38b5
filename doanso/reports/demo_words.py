"""The demo's written reports: each month of the city and of one ward with realistic text, the last one still a draft."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

from doanso.accounts.models import User
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.queries.letterheads import LetterheadValues
from doanso.lib.dated_actions import DatedAction
from doanso.reports.actions import reports as actions
from doanso.reports.models import ReportKind
from doanso.reports.rules import spans
from doanso.targets.models import Programme
from doanso.units.models import Unit

FIRST_WRITTEN = date(2023, 9, 1)
# Days after a month's last on which the report is begun; it is written when the city has closed the month.
BEGUN, FROZEN = 6, 11

CITY_HEAD = LetterheadValues(
    superior="TỈNH ĐOÀN TIỀN GIANG",
    issuer="BCH ĐOÀN THÀNH PHỐ MỸ THO",
    symbol="TĐTN",
    place="Mỹ Tho",
    authority="TM. BAN THƯỜNG VỤ",
    post="BÍ THƯ",
    signer="",
    recipients=("Ban Thường vụ Tỉnh Đoàn (b/c)", "Thường trực Thành ủy (b/c)", "Các cơ sở Đoàn (t/h)", "Lưu VP"),
)
CITY_WORDS: Mapping[str, str] = {
    "direction": "Ban Thường vụ Thành Đoàn giao ban tuần với 21 cơ sở Đoàn, rà soát từng chỉ tiêu chuyển đổi số và phân công "
    "ủy viên Ban Thường vụ phụ trách các đơn vị còn chậm.\n"
    "Phối hợp Công an thành phố và Bưu điện tổ chức điểm hỗ trợ người dân vào sáng thứ bảy tại bộ phận một cửa các phường, xã.",
    "results": "Các đội hình thanh niên tình nguyện duy trì hoạt động tại khu phố, ấp; mỗi lượt đến nhà đi theo nguyên tắc 1+1.",
    "results-members": "Các chi đoàn rà soát đoàn viên theo danh sách, ghi nhận riêng đoàn viên đi học, đi làm xa.",
    "results-residents": "Người dân được hướng dẫn đăng ký tài khoản dịch vụ công, tiểu thương được giúp mở tài khoản thanh "
    "toán. Đội hình không hỏi và không nhập thay mật khẩu, mã OTP của người dân.",
    "strengths": "Số người dân được giúp tăng đều qua các tuần; phần lớn cơ sở Đoàn gửi số liệu đúng hạn.",
    "limits": "Tỷ lệ cài đặt TiengiangS còn thấp ở nhiều đơn vị. Tiến độ giữa các cơ sở Đoàn chưa đều.",
    "causes": "Một bộ phận đoàn viên dùng máy cũ, bộ nhớ ít. Một số chi đoàn ấp thiếu người hướng dẫn.",
    "tasks": "Tập trung hỗ trợ các đơn vị ở nhóm nguy cơ; tổ chức ngày cao điểm hỗ trợ người dân vào cuối tuần.\n"
    "Phúc tra ngẫu nhiên kết quả hỗ trợ tại ít nhất một cơ sở Đoàn mỗi tháng.",
    "proposals": "Đề nghị Tỉnh Đoàn cho phép dùng số liệu của hệ thống thay các biểu mẫu nhập tay.",
}
CITY_DRAFT: Mapping[str, str] = {
    "direction": "Ban Thường vụ Thành Đoàn chỉ đạo hưởng ứng Ngày Chuyển đổi số quốc gia 10/10, ra quân đồng loạt tại "
    "17 phường, xã.",
    "limits": "TiengiangS vẫn là chỉ tiêu chậm nhất; còn đơn vị chưa được chốt số liệu tháng.",
}
WARD_WORDS: Mapping[str, str] = {
    "direction": "Ban Chấp hành Đoàn xã họp với các chi đoàn ấp, giao mỗi chi đoàn một tổ hỗ trợ người dân.",
    "results": "Đoàn xã duy trì điểm hỗ trợ tại trụ sở Ủy ban nhân dân xã vào sáng thứ hai và thứ năm.",
    "strengths": "Các chi đoàn ấp ghi nhận đủ người được giúp, có xác nhận của cán bộ ấp.",
    "limits": "Số người dân được giúp còn thấp so với chỉ tiêu được giao.",
    "causes": "Xã cù lao, dân cư phân tán; nhiều người lớn tuổi không có điện thoại thông minh.",
    "tasks": "Đến nhà theo danh sách hộ chưa có tài khoản dịch vụ công, ưu tiên hộ có người lớn tuổi.",
}
WARD_DRAFT: Mapping[str, str] = {
    "limits": "Bốn chỉ tiêu ở nhóm nguy cơ. Đoàn xã đang xem lại số liệu tuần cuối tháng theo ý kiến của Thành Đoàn.",
}


def report_actions(
    programme: Programme, officer: User, ward: Unit, secretary: User, months: list[tuple[date, date]]
) -> list[DatedAction]:
    """Return the reports of past months, each given as first and last day in order; the last one is not finished."""
    schedule: list[DatedAction] = []
    for first, last in months:
        if first < FIRST_WRITTEN:
            continue
        is_last = (first, last) == months[-1]
        words = (CITY_DRAFT, WARD_DRAFT) if is_last else (CITY_WORDS, WARD_WORDS)
        for unit, actor, section_texts in ((programme.root, officer, words[0]), (ward, secretary, words[1])):
            writing = _Writing(programme, unit, actor, first)
            schedule.append((last + timedelta(days=BEGUN), partial(writing.write, section_texts)))
            if not is_last:
                schedule.append((last + timedelta(days=FROZEN), writing.freeze))
    if schedule:
        head = partial(set_letterhead, actor=officer, unit=programme.root, letterhead=CITY_HEAD)
        schedule.insert(0, (schedule[0][0], head))
    return schedule


class _Writing:
    """One unit's report of one month."""

    def __init__(self, programme: Programme, unit: Unit, actor: User, first: date) -> None:
        self.programme, self.unit, self.actor = programme, unit, actor
        self.span = spans.span_of(ReportKind.MONTH, first)

    def write(self, words: Mapping[str, str]) -> None:
        """Begin the report and write under some headings."""
        report, _new = actions.start_report(actor=self.actor, programme=self.programme, unit=self.unit, span=self.span)
        for section, text in words.items():
            report = actions.write_passage(
                actor=self.actor, report=report, section=section, text=text, version=report.version
            )

    def freeze(self) -> None:
        """Freeze the report."""
        report, _new = actions.start_report(actor=self.actor, programme=self.programme, unit=self.unit, span=self.span)
        actions.freeze_report(actor=self.actor, report=report)
