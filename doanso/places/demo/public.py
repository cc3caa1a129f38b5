"""The demo's public pages: a drawn plan, words and contacts, scans of the plates by month, corrections by residents."""

from datetime import date

from doanso.lib.dated_actions import DatedAction
from doanso.places.actions import corrections, scans
from doanso.places.actions.points import PublicTextInput, draw_plan, plan_token, write_public_page
from doanso.places.demo.steps import DemoPlace
from doanso.places.models import CorrectionOutcome, CorrectionTopic, InformationCorrection, PublicPoint

RESIDENT_NETWORK = "demo"
_PLAN = """nước 0,178 90,168 250,182 400,174 460,180 460,204 0,204
khối 12,12 88,64
khối 92,12 130,64
khối 146,12 230,64
khối 246,12 298,64
khối 302,12 346,64
khối 362,12 448,64
khối 12,104 66,158
khối 70,104 130,158
khối 146,104 186,158
khối 190,104 230,158
khối 246,104 346,158
khối 362,104 402,158
khối 406,104 448,158
tuyến 16,84 444,84
chữ 78,77 Đường Lê Lợi
chữ 376,197 Sông Tiền
điểm 1 60,84
điểm 2 138,46
điểm 3 218,84
điểm 4 284,84
điểm 5 354,122
điểm 6 412,84"""
_FIRST = PublicTextInput(
    text="Đường mang tên Lê Lợi, người lãnh đạo khởi nghĩa Lam Sơn. Tuyến chạy dọc bờ sông Tiền, có trường học và bến xe buýt."
    "\n\nTừ tháng 5/2023, Đoàn phường cùng khu phố hướng dẫn từng hộ dùng dịch vụ công và thanh toán không tiền mặt.",
    text_en="Lê Lợi Street runs along the Tiền River. Scan the code at each public office to see its hours and services.",
    contacts="Bộ phận một cửa: tầng trệt trụ sở Ủy ban phường\nCông an phường: trực 24/24\n"
    "Tổ công nghệ số cộng đồng: tối thứ Tư tại nhà văn hóa khu phố",
)
_SECOND = PublicTextInput(
    text="Đường Trưng Trắc nối chợ với Cầu Quay. Đoàn cơ sở đang cùng bà con hoàn thành chín tiêu chí của tuyến phố số.",
    contacts="Tổ công nghệ số cộng đồng: sáng thứ Bảy tại bảng đầu tuyến",
    is_shown=True,
)


class PublicStory:
    """What residents see of the two streets, and what they say."""

    def __init__(self, *, recognised: DemoPlace, worked_on: DemoPlace) -> None:
        self.first, self.second = recognised, worked_on

    def schedule(self) -> list[DatedAction]:
        """Return all dated actions."""
        return [
            (date(2023, 7, 18), self.open_first),
            (date(2023, 8, 29), self.open_second),
            (date(2023, 10, 24), self.correct_first),
            (date(2023, 11, 9), self.correct_second),
            *[(date(2023, month, 10), self.scan) for month in (8, 9, 10, 11)],
        ]

    def open_first(self) -> None:
        """Draw the plan of the first street and write its page."""
        place = self.first.get()
        draw_plan(actor=self.first.secretary, place=place, text=_PLAN, read=plan_token(place))
        write_public_page(actor=self.first.secretary, place=place, inputs=_FIRST, read=0)

    def open_second(self) -> None:
        """Show the second street before it is recognised."""
        write_public_page(actor=self.second.secretary, place=self.second.get(), inputs=_SECOND, read=0)

    def scan(self) -> None:
        """Scan the plates that hang, some more often than others."""
        slugs = [self.first.slug, self.second.slug]
        for point in PublicPoint.objects.filter(place__slug__in=slugs).exclude(put_up_on=None).order_by("pk"):
            scans.count_scan(point, times=17 + (29 * point.number + len(point.name)) % 90)

    def correct_first(self) -> None:
        """A resident corrects the hours of a point; the ward answers."""
        correction = self._send(
            self.first, 3, CorrectionTopic.HOURS, "Trạm mở cửa từ 6 giờ 30 vào ngày tiêm chủng, không phải 7 giờ."
        )
        corrections.answer_correction(
            actor=self.first.secretary,
            correction_id=correction.pk,
            outcome=CorrectionOutcome.CORRECTED,
            answer="Cảm ơn cô chú, phường đã ghi thêm giờ của ngày tiêm chủng.",
        )

    def correct_second(self) -> None:
        """A resident says that the board is covered; this still waits."""
        self._send(self.second, None, CorrectionTopic.PLATE, "Bảng ở đầu đường bị tấm bạt che, quét không được.")

    def _send(self, demo: DemoPlace, number: int | None, topic: str, text: str) -> InformationCorrection:
        place = demo.get()
        point = place.points.filter(number=number).exclude(kind="board").first() if number is not None else None
        correction, _link = corrections.send_correction(
            place=place, point=point, topic=topic, text=text, network=RESIDENT_NETWORK
        )
        return correction
