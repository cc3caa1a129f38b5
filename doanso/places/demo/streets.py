"""The demo's streets: one recognised in October, one at six of nine criteria."""

from collections.abc import Sequence
from datetime import date

from doanso.accounts.models import User
from doanso.cashless.models import Shop
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.places import actions
from doanso.places.actions import PlaceInput, RecognitionInput, SegmentInput
from doanso.places.actions.addresses import AddressInput, add_addresses
from doanso.places.actions.points import PointInput
from doanso.places.actions.surveys import SurveyRow, enter_survey
from doanso.places.demo.steps import DemoPlace, see_shops
from doanso.places.models import Address, AddressKind, Place, PointKind
from doanso.units import queries as units
from doanso.units.models import Unit

RECOGNISED, WORKED_ON = "Đường Lê Lợi", "Đường Trưng Trắc"
SHOPS = (
    "Tạp hóa Cô Ba", "Cà phê Sông Tiền", "Hủ tiếu Thanh Vân", "Nhà thuốc Minh Châu", "Tiệm bánh Hương Quê",
    "Văn phòng phẩm Tri Thức", "Tóc Việt", "Sửa xe Út Hùng", "Quần áo Mai Lan", "Trái cây Bảy Nhân",
)  # fmt: skip
QUESTIONS = ("channel", "vneid", "portal", "payment")


class StreetStory:
    """Two streets with what happened on them."""

    def __init__(self, officer: User, *, recognised: tuple[Unit, User], worked_on: tuple[Unit, User]) -> None:
        self.officer = officer
        self.first, self.second = recognised, worked_on
        self.done = DemoPlace("duong-le-loi", recognised[1])
        self.open = DemoPlace("duong-trung-trac", worked_on[1])

    def schedule(self) -> list[DatedAction]:
        """Return all dated actions."""
        return [
            (date(2023, 5, 15), SeparateAction(self.set_up_first)),
            (date(2023, 6, 5), self.survey_first),
            (date(2023, 7, 17), SeparateAction(self.put_plates_up)),
            (date(2023, 9, 11), self.work_on_first),
            (date(2023, 10, 9), self.send_first),
            (date(2023, 10, 16), self.assess_first),
            (date(2023, 10, 20), self.recognise_first),
            (date(2023, 8, 14), SeparateAction(self.set_up_second)),
            (date(2023, 8, 28), self.survey_second),
            (date(2023, 10, 23), SeparateAction(self.put_second_plates_up)),
            (date(2023, 11, 6), self.work_on_second),
            (date(2023, 11, 8), self.give_a_gap_out),
        ]

    # --- The recognised street ----------------------------------------------------------------------------------------

    def set_up_first(self) -> None:
        """Set the street up with its house list."""
        segments = (
            SegmentInput("Đoạn 1", "Thủ Khoa Huân", "Nguyễn Huệ"),
            SegmentInput("Đoạn 2", "Nguyễn Huệ", "Hùng Vương"),
        )
        place = self._create(self.first, RECOGNISED, segments)
        self._list(place, self.done.secretary, homes=26, shops=10)
        boards = [
            PointInput(kind=PointKind.BOARD, name="Bảng đầu tuyến, ngã tư Thủ Khoa Huân"),
            PointInput(kind=PointKind.BOARD, name="Bảng cuối tuyến, ngã tư Hùng Vương"),
        ]
        self.done.add_points([*boards, *_POINTS])

    def survey_first(self) -> None:
        """Enter the first survey and end it."""
        self._survey(self.done, date(2023, 6, 3), yes=(11, 14, 9, 8), online=3)
        see_shops(self.done.secretary, self._shops(self.done), date(2023, 6, 3), used=2, displayed=4)
        self.done.step(actions.complete_survey, on=date(2023, 6, 3), note="Hai đội đi trong một buổi sáng thứ Bảy.")
        self.done.step(actions.start_work)

    def put_plates_up(self) -> None:
        """Put the plates up and check them; check the connection at the gathering points."""
        self.done.check_plates(date(2023, 7, 17))
        self.done.check(1, date(2023, 7, 17), 4, 6, "Hai điểm gần bờ sông sóng yếu")

    def work_on_first(self) -> None:
        """Keep the mid-term score after the summer."""
        self._survey(self.done, date(2023, 9, 9), yes=(19, 22, 17, 17), online=5)
        see_shops(self.done.secretary, self._shops(self.done), date(2023, 9, 9), used=5, displayed=8)
        self.done.step(actions.keep_midterm, note="Sau đợt tình nguyện hè.")

    def send_first(self) -> None:
        """Enter the last survey and checks, and send the street to be assessed."""
        self._survey(self.done, date(2023, 10, 7), yes=(23, 25, 20, 21), online=7)
        see_shops(self.done.secretary, self._shops(self.done), date(2023, 10, 7), used=8, displayed=10)
        self.done.check(1, date(2023, 10, 8), 6, 6, "Đã lắp thêm hai bộ phát Wi-Fi miễn phí")
        self.done.check_plates(date(2023, 10, 8))
        self.done.step(actions.assess_itself, note="Đề nghị Thành Đoàn thẩm định.")

    def assess_first(self) -> None:
        """Assess it by the city's officer."""
        self.done.step(actions.assess, self.officer, note="Đi thực tế 10 hộ, 5 cửa hàng; khớp với sổ.")

    def recognise_first(self) -> None:
        """Recognise it and draft the decision."""
        self.done.step(actions.recognise, self.officer, inputs=RecognitionInput(date(2023, 10, 20), "41-QĐ/TĐ"))

    # --- The street at six of nine ------------------------------------------------------------------------------------

    def set_up_second(self) -> None:
        """Set the second street up with its house list."""
        segments = (
            SegmentInput("Đoạn 1", "Rạch Gầm", "Lê Lợi"),
            SegmentInput("Đoạn 2", "Lê Lợi", "Cầu Quay"),
        )
        place = self._create(self.second, WORKED_ON, segments)
        self._list(place, self.open.secretary, homes=20, shops=8)
        board = PointInput(kind=PointKind.BOARD, name="Bảng đầu tuyến, ngã ba Rạch Gầm")
        self.open.add_points([board, *_POINTS[:4]])

    def survey_second(self) -> None:
        """Enter the first survey and end it."""
        self._survey(self.open, date(2023, 8, 26), yes=(8, 9, 7, 6), online=2)
        see_shops(self.open.secretary, self._shops(self.open), date(2023, 8, 26), used=1, displayed=3)
        self.open.step(actions.complete_survey, on=date(2023, 8, 26))
        self.open.step(actions.start_work)

    def put_second_plates_up(self) -> None:
        """Put the plates up; those of two points are missing still, and everybody may see the page."""
        self.open.check_plates(date(2023, 10, 23), missing=(2, 4))
        self.open.check(1, date(2023, 10, 23), 4, 4)
        self.open.step(actions.set_shown, shown=True)

    def work_on_second(self) -> None:
        """Enter a second survey: six of nine criteria are reached."""
        self._survey(self.open, date(2023, 11, 4), yes=(17, 19, 16, 12), online=5)
        see_shops(self.open.secretary, self._shops(self.open), date(2023, 11, 4), used=4, displayed=7)
        self.open.step(actions.keep_midterm, note="Trước khi đi từng hộ còn lại.")

    def give_a_gap_out(self) -> None:
        """Give the households that pay no bill without cash to the first branch."""
        place = self.open.get()
        [branch, *_others] = units.branches(place.unit) or [units.named_unit(place.unit)]
        criterion = place.criteria_set.criteria.get(number=6)
        actions.assign_gap(actor=self.open.secretary, place=place, criterion=criterion, unit=branch.unit)

    # --- What both need -----------------------------------------------------------------------------------------------

    def _create(self, ward: tuple[Unit, User], name: str, segments: Sequence[SegmentInput]) -> Place:
        unit, secretary = ward
        inputs = PlaceInput(name, clock.today(), segments=segments)
        return actions.create_place(actor=secretary, unit=unit, kind="digital-street", inputs=inputs)

    def _list(self, place: Place, secretary: User, *, homes: int, shops: int) -> None:
        """Write the house list: homes on both sides, shops between them."""
        segments = list(place.segments.order_by("number"))
        street = place.name.removeprefix("Đường ")
        inputs = [
            AddressInput(
                AddressKind.HOUSEHOLD,
                number=str(2 * number + 1 + number % 2),
                street=street,
                segment_id=segments[number * 2 // homes].pk,
            )
            for number in range(homes)
        ]
        inputs += [
            AddressInput(
                AddressKind.BUSINESS,
                number=str(101 + 4 * number),
                street=street,
                label=SHOPS[number],
                segment_id=segments[number * 2 // shops].pk,
            )
            for number in range(shops)
        ]
        add_addresses(actor=secretary, place=place, inputs=inputs)

    def _shops(self, demo: DemoPlace) -> list[Shop]:
        listed = Address.objects.filter(place=demo.get(), kind=AddressKind.BUSINESS).order_by("pk")
        ids = list(listed.values_list("business_id", flat=True))
        shops = {shop.business_id: shop for shop in Shop.objects.filter(business__in=ids)}
        return [shops[business_id] for business_id in ids if business_id in shops]

    def _survey(self, demo: DemoPlace, on: date, *, yes: Sequence[int], online: int) -> None:
        """Enter a survey sheet: so many of the homes say yes to each question, so many shops are on the map."""
        place = demo.get()
        homes = list(Address.objects.filter(place=place, kind=AddressKind.HOUSEHOLD).order_by("pk"))
        rows = [
            SurveyRow(home.pk, answers={code: number < count for code, count in zip(QUESTIONS, yes, strict=True)})
            for number, home in enumerate(homes)
        ]
        shops = Address.objects.filter(place=place, kind=AddressKind.BUSINESS).order_by("pk")
        rows += [SurveyRow(shop.pk, answers={"online": number < online}) for number, shop in enumerate(shops)]
        enter_survey(actor=demo.secretary, place=place, checked_on=on, rows=rows)


_POINTS = (
    PointInput(
        kind=PointKind.OFFICE, name="Trụ sở Ủy ban phường", purpose="xem thủ tục và lấy số",
        opening_hours="Thứ Hai đến thứ Sáu 7:00–11:00, 13:00–17:00", text="Bộ phận một cửa ở tầng trệt; có máy lấy số.",
    ),
    PointInput(
        kind=PointKind.CULTURE, name="Nhà văn hóa khu phố", purpose="xem lịch sinh hoạt", opening_hours="7:00–21:00",
        text="Wi-Fi miễn phí; Tổ công nghệ số cộng đồng trực tối thứ Tư.", wifi="Khu pho so",
    ),
    PointInput(
        kind=PointKind.HEALTH, name="Trạm y tế phường", purpose="đặt lịch khám", opening_hours="7:00–17:00",
        text="Đặt lịch khám, xem lịch tiêm chủng.",
    ),
    PointInput(
        kind=PointKind.SCHOOL, name="Trường tiểu học", purpose="xem thông báo", text="Học phí nộp không tiền mặt.",
    ),
    PointInput(
        kind=PointKind.RELIC, name="Đình thần", purpose="đọc lịch sử", opening_hours="6:00–18:00",
        text="Ngôi đình hơn trăm năm tuổi bên sông Tiền.",
    ),
    PointInput(
        kind=PointKind.TRANSPORT, name="Trạm xe buýt", purpose="xem tuyến và giờ chạy",
        text="Tuyến nội ô, 15 phút một chuyến.",
    ),
)  # fmt: skip
