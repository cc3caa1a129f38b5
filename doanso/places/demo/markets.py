"""The demo's markets: one recognised with its board and the Economic Division, one whose stalls are still listed."""

from collections.abc import Sequence
from datetime import date
from functools import partial

from doanso.accounts.models import User
from doanso.cashless.models import Shop
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.partners.models import Partner
from doanso.places import actions
from doanso.places.actions import PlaceInput, RecognitionInput, SegmentInput
from doanso.places.actions.stalls import StallInput, TraderInput, put_stalls
from doanso.places.demo.steps import DemoPlace, codes_of, register_codes, see_shops
from doanso.places.models import Place, Tenancy
from doanso.units.models import Unit

RECOGNISED, BEGUN = "Chợ Mỹ Tho", "Chợ Vòng Nhỏ"
_TRADERS = (
    "Nguyễn Thị Sáu", "Trần Văn Tư", "Lê Thị Hoa", "Phạm Thị Bưởi", "Võ Văn Đực", "Huỳnh Thị Lài", "Đặng Văn Mười",
    "Bùi Thị Nga", "Ngô Văn Ba", "Dương Thị Cúc", "Lý Thị Út", "Hồ Văn Năm", "Mai Thị Thu", "Trương Thị Bảy",
    "Đinh Văn Hai", "Cao Thị Tám", "Phan Thị Chín", "Tô Văn Lợi", "Châu Thị Ngọc", "Lâm Thị Xuân",
)  # fmt: skip
_ACCOUNTS = 1023300000
"""The first of the invented accounts."""
_GOODS = ("Rau, củ", "Cá đồng", "Thịt heo", "Trái cây", "Tạp hóa", "Vải, quần áo", "Bánh, kẹo")


class MarketStory:
    """Two markets with what happened in them."""

    def __init__(
        self, city: Unit, officer: User, administrator: User, *, recognised: tuple[Unit, User], begun: tuple[Unit, User]
    ) -> None:
        self.city, self.officer, self.administrator = city, officer, administrator
        self.first, self.second = recognised, begun
        self.done = DemoPlace("cho-my-tho", recognised[1])

    def schedule(self) -> list[DatedAction]:
        """Return all dated actions."""
        return [
            (date(2023, 4, 17), self.set_up_first),
            (date(2023, 5, 8), self.survey_first),
            (date(2023, 8, 7), self.check_in_summer),
            (date(2023, 9, 4), self.send_first),
            (date(2023, 9, 12), partial(self.done.step, actions.assess, self.officer, note="Đi thực tế hai buổi.")),
            (date(2023, 9, 18), self.recognise_first),
            (date(2023, 10, 28), self.scan_again),
            (date(2023, 11, 9), self.set_up_second),
        ]

    def set_up_first(self) -> None:
        """Set the market up with its partners, and write the board's list of stalls."""
        place = self._create(self.first, RECOGNISED, ("Nhà lồng A", "Nhà lồng B", "Khu hàng tươi"))
        self._list(place, self.done.secretary, len(_TRADERS))
        for name, role, is_board in (
            ("Ban quản lý chợ Mỹ Tho", "Lập danh sách sạp, thu phí chợ không tiền mặt", True),
            ("Phòng Kinh tế thành phố Mỹ Tho", "Chỉ đạo, cùng thẩm định", False),
            ("Ngân hàng Bến Tre Xanh (mẫu)", "Mở tài khoản, in mã cho tiểu thương", False),
        ):
            partner = Partner.objects.filter(name=name, ended_on=None).first()
            if partner is not None:
                actions.add_partner(actor=self.officer, place=place, partner=partner, role=role, is_board=is_board)

    def survey_first(self) -> None:
        """End the survey: few stalls take transfers."""
        see_shops(self.done.secretary, self._shops(), date(2023, 5, 6), used=2, displayed=5)
        self.done.step(actions.complete_survey, on=date(2023, 5, 6), note="Danh sách sạp do Ban quản lý chợ cung cấp.")
        self.done.step(actions.start_work)

    def check_in_summer(self) -> None:
        """Register codes, and keep a mid-term score."""
        shops = self._shops()
        register_codes(self.done.secretary, shops[:17], _ACCOUNTS)
        see_shops(self.done.secretary, shops, date(2023, 8, 5), used=8, displayed=14)
        self.done.check(3, date(2023, 8, 5), 9, 20)
        self.done.check(4, date(2023, 8, 5), 1)
        self.done.step(actions.keep_midterm)

    def send_first(self) -> None:
        """Enter the last checks and send the market to be assessed."""
        on = date(2023, 9, 2)
        see_shops(
            self.done.secretary, self._shops(), on, used=13, displayed=17, codes=codes_of(self._shops(), _ACCOUNTS)
        )
        self.done.check(3, on, 18, 20, "Theo sổ thu phí tháng 8 của Ban quản lý chợ")
        self.done.check(4, on, 1)
        self.done.check(5, on, 1, note="Bàn hướng dẫn sáng thứ Bảy, ba tháng")
        self.done.check(6, on, 2, note="Mắm còng, khô cá sặc")
        self.done.check(8, on, 1)
        self.done.step(actions.assess_itself)

    def recognise_first(self) -> None:
        """Recognise it by the administrator; another officer than who assessed may decide."""
        self.done.step(actions.recognise, self.administrator, inputs=RecognitionInput(date(2023, 9, 18), "33-QĐ/TĐ"))

    def scan_again(self) -> None:
        """Scan the displayed codes again, as every month."""
        on = date(2023, 10, 28)
        shops = self._shops()
        see_shops(self.done.secretary, shops, on, used=14, displayed=17, codes=codes_of(shops, _ACCOUNTS))

    def set_up_second(self) -> None:
        """Set a second market up; its survey has not ended."""
        place = self._create(self.second, BEGUN, ("Nhà lồng", "Khu ngoài trời"))
        self._list(place, self.second[1], 9)

    def _create(self, ward: tuple[Unit, User], name: str, sections: Sequence[str]) -> Place:
        unit, secretary = ward
        inputs = PlaceInput(name, clock.today(), segments=[SegmentInput(section) for section in sections])
        return actions.create_place(actor=secretary, unit=unit, kind="cashless-market", inputs=inputs)

    def _list(self, place: Place, secretary: User, count: int) -> None:
        sections = list(place.segments.order_by("number"))
        inputs = [
            StallInput(
                f"{chr(65 + number * len(sections) // count)}{number + 1}",
                segment_id=sections[number * len(sections) // count].pk,
                goods=_GOODS[number % len(_GOODS)],
                trader=TraderInput(trader=f"{_TRADERS[number]}"),
            )
            for number in range(count)
        ]
        put_stalls(actor=secretary, place=place, inputs=inputs)

    def _shops(self) -> list[Shop]:
        tenants = Tenancy.objects.filter(stall__place=self.done.get(), until=None).order_by("stall__pk")
        ids = list(tenants.values_list("business_id", flat=True))
        shops = {shop.business_id: shop for shop in Shop.objects.filter(business__in=ids)}
        return [shops[business_id] for business_id in ids]
