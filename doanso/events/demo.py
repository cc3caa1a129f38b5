"""The demo's events: the festival of 10/10/2023 with 1,200 visitors, moved by a week of rain, and a launch day ahead.

People who register are made up, as everywhere in the demo.
"""

from collections.abc import Callable, Sequence
from datetime import date, time
from functools import partial
from uuid import UUID, uuid5

from doanso.accounts.models import User
from doanso.documents.models import Document
from doanso.events import actions, demo_visitors
from doanso.events.actions import (
    BoothInput,
    BudgetInput,
    ClosingInput,
    EventHours,
    EventInput,
    EventPartnerInput,
    EventPhotoInput,
    MaterialInput,
    RegistrationInput,
    ShiftInput,
)
from doanso.events.demo_booths import BoothStory
from doanso.events.demo_draw import draw_steps
from doanso.events.demo_pictures import scene
from doanso.events.models import Event, Registration
from doanso.events.queries.volunteers import offered_members
from doanso.events.tickets import link_of
from doanso.files.photos import PhotoUpload
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.partners.actions import PartnerInput, create_partner
from doanso.partners.models import Partner
from doanso.units.models import Unit

_KEYS = UUID("6f1f4c3e-5d0b-4f9e-9b53-0c1f2f1c6a10")
FESTIVAL, LAUNCH = uuid5(_KEYS, "festival"), uuid5(_KEYS, "launch")
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi")
_GIVEN = ("Thị Mận", "Văn Tư", "Ngọc Ánh", "Hoàng Long", "Minh Thư", "Quốc Bảo", "Kim Ngân", "Thanh Trúc", "Đức Huy")
_PARTNERS = (
    ("bank", "Ngân hàng Bến Tre Xanh (mẫu)", "Bến Tre Xanh", "Mở tài khoản tại chỗ", "100 tài khoản", 100, "tài khoản"),
    (
        "bank",
        "Ngân hàng Cửa Tiểu (mẫu)",
        "Cửa Tiểu",
        "Mở tài khoản, phát mã QR cho sạp",
        "60 tài khoản",
        60,
        "tài khoản",
    ),
    ("wallet", "Ví Phù Sa (mẫu)", "Ví Phù Sa", "Mở ví, tặng quà lần trả đầu", "60 ví", 60, "ví"),
    ("telecom", "Viễn thông Cửu Long (mẫu)", "Cửu Long", "Mobile Money, chữ ký số", "50 người", 50, "người"),
)
_PHOTOS = (
    ("Sân khấu khai mạc ở quảng trường, buổi sáng", "morning", True, True),
    ("Hai dãy gian hàng của ngân hàng và viễn thông", "noon", False, True),
    ("Chợ quê không tiền mặt, mỗi sạp có mã QR", "noon", False, True),
    ("Quảng trường lúc dọn gian cuối ngày", "evening", False, False),
)
"""What a photo shows, its light, whether with the stage, whether everybody may see it."""


def year(
    wards: Sequence[tuple[Unit, User]],
    *,
    city: Unit,
    officer: User,
    administrator: User,
    until: date,
    issue_report: Callable[[Document], object] | None = None,
) -> list[DatedAction]:
    """Return the dated actions up to a day.

    `administrator` enters the draw's public number a second time; `issue_report` issues the drafted report of the festival.
    """
    story = _EventStory(wards, city, officer)
    schedule: list[DatedAction] = [
        (date(2023, 9, 18), story.set_up_festival),
        (date(2023, 9, 20), partial(story.announce, FESTIVAL)),
        *(
            (date(2023, 9, 22 + day), partial(story.register, FESTIVAL, range(9 * day, 9 * day + 9)))
            for day in range(4)
        ),
        (
            date(2023, 9, 29),
            partial(story.move, FESTIVAL, date(2023, 10, 10), "Mưa bão, dời sang ngày Chuyển đổi số quốc gia."),
        ),
        (date(2023, 10, 2), partial(story.cancel_ticket, FESTIVAL, 4)),
        (date(2023, 10, 4), BoothStory(FESTIVAL, story.wards, officer).set_up),
        (date(2023, 10, 9), story.make_paper_tickets),
        (date(2023, 10, 10), story.check_in_visitors),
        (date(2023, 10, 10), BoothStory(FESTIVAL, story.wards, officer).work),
        (date(2023, 10, 11), SeparateAction(story.add_photos)),
        (date(2023, 10, 11), actions.end_past_tasks),
        *draw_steps(FESTIVAL, officer, administrator),
        (date(2023, 11, 6), story.set_up_launch),
        (date(2023, 11, 8), partial(story.announce, LAUNCH)),
        (date(2023, 11, 10), partial(story.register, LAUNCH, range(40, 46))),
    ]
    if issue_report is not None:
        schedule.append((date(2023, 10, 13), SeparateAction(partial(story.report, issue_report))))
        schedule.append((date(2023, 10, 14), story.give_certificates))
    return [entry for entry in schedule if entry[0] <= until]


class _EventStory:
    def __init__(self, wards: Sequence[tuple[Unit, User]], city: Unit, officer: User) -> None:
        self.wards, self.city, self.officer = wards[:4], city, officer

    def _event(self, key: UUID) -> Event:
        return Event.objects.select_related("unit").get(pk=key)

    def set_up_festival(self) -> None:
        event = actions.create_event(
            actor=self.officer,
            unit=self.city,
            key=FESTIVAL,
            inputs=EventInput(
                "cashless-festival",
                "Ngày hội không tiền mặt Mỹ Tho",
                EventHours(date(2023, 10, 3), time(7), time(11), "Quảng trường trung tâm", "Phường 1"),
                "Mở tài khoản, ví điện tử tại chỗ; chợ quê trả bằng mã QR; bàn VNeID và dịch vụ công.",
                "Văn phòng Thành Đoàn",
                1_500,
            ),
        )
        for number, (kind, name, short_name, role, goal, most, counted) in enumerate(_PARTNERS, 1):
            partner = self._partner(PartnerInput(kind, name, short_name))
            part = actions.add_part(actor=self.officer, event=event, inputs=EventPartnerInput(partner.pk, role, goal))
            self._add_booth(event, BoothInput(number, short_name, part.pk, None, 4, most, counted))
        self._add_booth(event, BoothInput(5, "Chợ quê không tiền mặt", None, None, 14, 200, "giao dịch"))
        for line in (
            BudgetInput("Rạp, âm thanh, bàn ghế", "18.000.000 đồng", "Ngân sách Đoàn"),
            BudgetInput("Quà cho người mở tài khoản", "6.000.000 đồng", "Ngân hàng Bến Tre Xanh tài trợ"),
            MaterialInput("Bàn, ghế", "20 bàn, 60 ghế", "Đoàn Phường 1", is_ready=True),
            MaterialInput("Băng rôn", "4 tấm", "Văn phòng Thành Đoàn", is_ready=True),
        ):
            actions.add_part(actor=self.officer, event=event, inputs=line)
        self._staff(event, ("Cổng A, đón khách", "Chợ quê, hướng dẫn quét mã", "Bãi xe"))

    def _partner(self, inputs: PartnerInput) -> Partner:
        """Return the city's partner of this name; one who has worked with nobody yet is entered."""
        known = Partner.objects.filter(unit=self.city, name=inputs.name, ended_on=None).first()
        key = uuid5(_KEYS, inputs.name)
        return known or create_partner(actor=self.officer, unit=self.city, inputs=inputs, key=key)

    def _add_booth(self, event: Event, inputs: BoothInput) -> None:
        actions.add_part(actor=self.officer, event=event, inputs=inputs)

    def _staff(self, event: Event, posts: Sequence[str]) -> None:
        """Give each post to a ward, whose secretary fills it, the last one but for one person."""
        for (unit, secretary), post in zip(self.wards, posts, strict=False):
            shift = actions.add_shift(
                actor=self.officer, event=event, inputs=ShiftInput(unit.pk, post, time(7), time(9, 30), 3)
            )
            count = 2 if post == posts[-1] else 3
            for member in offered_members(secretary, unit).order_by("pk")[:count]:
                actions.add_volunteer(actor=secretary, shift=shift, member_id=member.pk)

    def set_up_launch(self) -> None:
        event = actions.create_event(
            actor=self.officer,
            unit=self.city,
            key=LAUNCH,
            inputs=EventInput(
                "launch-day",
                "Ra quân đến từng nhà, đợt cuối năm",
                EventHours(date(2023, 11, 19), time(7), time(11), "Nhà văn hóa Thanh niên", "Phường 4"),
                "Các đội nhận tuyến, đi đến từng nhà giúp kích hoạt VNeID và mở tài khoản.",
                "Văn phòng Thành Đoàn",
                5,
            ),
        )
        self._staff(event, ("Đón đội, phát tài liệu", "Tổng hợp số liệu"))

    def announce(self, key: UUID) -> None:
        event = self._event(key)
        actions.open_event(actor=self.officer, event=event, read=event.version)

    def move(self, key: UUID, day: date, reason: str) -> None:
        event = self._event(key)
        hours = EventHours(day, event.begins, event.ends, event.place, event.address)
        actions.move_event(actor=self.officer, event=event, read=event.version, hours=hours, reason=reason)

    def register(self, key: UUID, numbers: Sequence[int]) -> None:
        for number in numbers:
            name = f"{_FAMILY[number % len(_FAMILY)]} {_GIVEN[number % len(_GIVEN)]}"
            actions.register(
                event_id=key,
                key=uuid5(key, str(number)),
                inputs=RegistrationInput(name, 1955 + number, "0900000000" if number % 3 == 0 else ""),
                source="code" if number % 4 == 0 else "link",
                network=f"198.51.100.{number}",
            )

    def add_photos(self) -> None:
        event = self._event(FESTIVAL)
        for number, (alt, light, stage, is_public) in enumerate(_PHOTOS):
            actions.add_photos(
                actor=self.officer,
                event=event,
                key=uuid5(FESTIVAL, f"photo {number}"),
                uploads=[PhotoUpload("anh.jpg", scene(number, light, stage=stage))],
                inputs=EventPhotoInput(alt, "nobody", is_public=is_public),
            )

    def report(self, issue: Callable[[Document], object]) -> None:
        """Draft the report of the festival and have it issued: from then on the festival counts."""
        inputs = ClosingInput(
            "Mạng di động chậm từ 08:30 đến 08:45, các gian dùng mạng dự phòng.",
            "Người lớn tuổi cần thêm người hướng dẫn ở gian mở tài khoản.",
        )
        issue(actions.draft_report(actor=self.officer, event=self._event(FESTIVAL), read=0, inputs=inputs))

    def give_certificates(self) -> None:
        """Make the certificates of those who came and gave a name."""
        actions.give_certificates(actor=self.officer, event=self._event(FESTIVAL))

    def make_paper_tickets(self) -> None:
        demo_visitors.make_paper_tickets(self._event(FESTIVAL), self.officer)

    def check_in_visitors(self) -> None:
        demo_visitors.check_in_visitors(self._event(FESTIVAL), self.wards)

    def cancel_ticket(self, key: UUID, number: int) -> None:
        actions.cancel_ticket(link=link_of(Registration.objects.get(event=key, number=number)))
