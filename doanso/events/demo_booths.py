"""The booths of the demo's festival: their shifts and codes, what they stamp on tickets, what visitors answer, their totals."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.events import actions
from doanso.events.actions import AnswerInput, BoothInput, BoothReportInput, ShiftInput
from doanso.events.booth_keys import keys_of
from doanso.events.models import Booth, BoothCode, BoothReport, BoothStamp, Event, Registration, RegistrationState
from doanso.events.queries import booth_codes as queries
from doanso.events.queries.volunteers import offered_members
from doanso.events.rules.booths import PAYMENT_SERVICE
from doanso.events.tickets import link_of
from doanso.lib import clock
from doanso.units.models import Unit

_STAMPED = 150
"""Visitors whom the booths record; of those with a ticket on paper the name is asked."""
_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng")
_GIVEN = ("Thị Hoa", "Văn Lợi", "Ngọc Mai", "Hữu Phước", "Thị Tuyết", "Minh Tâm", "Kim Loan", "Quốc Dũng", "Thanh Hà")
_STREETS = ("Lê Lợi", "Nguyễn Huệ", "Trưng Trắc", "Ấp Bắc")


class BoothStory:
    """What happens at the booths of the partners, each with the volunteers of one ward."""

    def __init__(self, event_id: UUID, wards: Sequence[tuple[Unit, User]], officer: User) -> None:
        self.event_id, self.wards, self.officer = event_id, wards, officer

    def _event(self) -> Event:
        return Event.objects.select_related("unit").get(pk=self.event_id)

    def _booths(self) -> list[Booth]:
        return list(Booth.objects.filter(event=self.event_id).exclude(event_partner=None).order_by("number"))

    def set_up(self) -> None:
        """Say what people are helped with at the partners' booths, and give each to a ward."""
        event = self._event()
        has_service = Service.objects.filter(pk=PAYMENT_SERVICE).exists()
        for booth, (unit, secretary) in zip(self._booths(), self.wards, strict=False):
            if has_service:
                names = [name for name in asdict(BoothInput(1, "")) if name not in {"event_partner_id", "service_id"}]
                values = {name: getattr(booth, name) for name in names}
                inputs = replace(
                    BoothInput(**values), event_partner_id=booth.event_partner_id, service_id=PAYMENT_SERVICE
                )
                actions.change_part(actor=self.officer, part=booth, inputs=inputs)
            shift = actions.add_shift(
                actor=self.officer,
                event=event,
                inputs=ShiftInput(unit.pk, f"Gian {booth.name}", time(7), time(11), 2, booth.pk),
            )
            # The first three of each ward are at the gates at that time.
            for member in offered_members(secretary, unit).order_by("pk")[3:5]:
                actions.add_volunteer(actor=secretary, shift=shift, member_id=member.pk)

    def work(self) -> None:
        """Record the visitors of the day; most of them confirm it, some do not answer, one says that it is not so."""
        codes = [code for booth in self._booths() if (code := self._code(booth)) is not None]
        rows = Registration.objects.filter(event=self.event_id, state=RegistrationState.REGISTERED, member=None)
        for place, ticket in enumerate(rows.order_by("number")[:_STAMPED] if codes else ()):
            code = codes[place % len(codes)]
            if code.booth.service_id is None:
                continue
            stamp = self._stamp(code, ticket, "account", to_business=place % 6 == 5)
            self._answer(stamp, ticket, place)
            if place % 3 == 0 and not stamp.to_business:
                self._answer(self._stamp(code, ticket, "payment"), ticket, place)
        for place, code in enumerate(codes):
            kept = code.booth.service_id is not None
            inputs = BoothReportInput(accounts=(86, 54, 31, 48)[place % 4]) if kept else BoothReportInput(
                other=(86, 54, 31, 48)[place % 4], other_words=code.booth.goal_count or "lượt"
            )  # fmt: skip
            if place != 2:
                actions.report_totals_by_code(link=keys_of(code).link, inputs=inputs)
        self._set_times_of_stamps()

    def _set_times_of_stamps(self) -> None:
        """Set the moments of stamps and reports, which were made just now, to those of the festival's morning."""
        begins = datetime.combine(self._event().day, time(7, 20), clock.VIETNAM)
        stamps = list(BoothStamp.objects.filter(booth__event=self.event_id).order_by("made_at", "pk"))
        for place, stamp in enumerate(stamps):
            stamp.made_at = begins + timedelta(minutes=place)
            if stamp.ended_at is not None:
                stamp.ended_at = stamp.made_at + timedelta(minutes=4)
        BoothStamp.objects.bulk_update(stamps, ["made_at", "ended_at"], batch_size=200)
        for report in BoothReport.objects.filter(booth__event=self.event_id).select_related("booth"):
            report.made_at = begins + timedelta(hours=3, minutes=20 + 5 * report.booth.number)
            report.save(update_fields=["made_at"])

    def _code(self, booth: Booth) -> BoothCode | None:
        """Make the code of the booth's shift; None where nobody is on duty."""
        shift = booth.shifts.filter(removed_at=None).first()
        volunteer = shift.volunteers.order_by("added_at", "pk").first() if shift is not None else None
        if shift is None or volunteer is None:
            return None
        code = actions.make_code(actor=self.officer, shift=shift, volunteer_id=volunteer.pk)
        return queries.all_codes().get(pk=code.pk)

    def _stamp(self, code: BoothCode, ticket: Registration, kind: str, *, to_business: bool = False) -> BoothStamp:
        key = uuid5(ticket.pk, f"{kind} {to_business}")
        return actions.add_stamp(code=code, key=key, registration_id=ticket.pk, kind=kind, to_business=to_business)

    def _answer(self, stamp: BoothStamp, ticket: Registration, place: int) -> None:
        link, network = link_of(ticket), f"198.51.100.{place}"
        if place == 13:
            actions.deny_stamp(link=link, stamp_id=stamp.pk, network=network)
        elif place % 7 != 6:
            name = ticket.name or f"{_FAMILY[place % 7]} {_GIVEN[place % 9]}"
            inputs = AnswerInput(
                name=name, birth_year=1948 + place % 52, phone=f"09000{ticket.number:05}", namesakes=True
            )
            if stamp.to_business:
                shop = f"Tạp hóa {name.split()[-1]} {10 + place}"
                inputs = AnswerInput(shop_name=shop, house_number=str(10 + place), street=_STREETS[place % 4])
            actions.confirm_stamp(
                link=link, stamp_id=stamp.pk, inputs=inputs, staff_browser=False, device=[network], network=network
            )
