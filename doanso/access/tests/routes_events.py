"""Makers for the addresses of events; see `routes`."""

import io
from datetime import time
from hashlib import sha256
from typing import Any

from PIL import Image

from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.events import tickets
from doanso.events.models import (
    Attendance,
    AttendanceCertificate,
    BudgetLine,
    CheckIn,
    Draw,
    DrawPrize,
    DrawResult,
    DrawRound,
    DrawStep,
    Event,
    EventPhoto,
    EventState,
    Registration,
    Shift,
    ShiftVolunteer,
)
from doanso.files.actions import store
from doanso.files.kinds import Kind
from doanso.lib import clock
from doanso.lib.access_codes import new_code
from doanso.signing.verification_codes import new_code as new_verification_code
from doanso.units.models import Unit


def example_event(scene: Scene, unit: Unit, state: str = EventState.DRAFT) -> Event:
    """A festival of the unit, today."""
    now = clock.now()
    return Event.objects.create(
        unit=unit, kind="cashless-festival", title="Ngày hội không tiền mặt", folded="ngay hoi khong tien mat",
        slug=f"ngay-hoi-{new_code().lower()}", code=new_code(), place="Quảng trường trung tâm", day=clock.today(),
        begins=time(7), ends=time(11), state=state,
        announced_on=None if state == EventState.DRAFT else clock.today(), made_by=scene.tree.minh, made_at=now, changed_at=now,
    )  # fmt: skip


def _draft(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"event_id": example_event(scene, unit).pk}


def _open(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"event_id": example_event(scene, unit, EventState.OPEN).pk}


def _new_part(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {**_draft(scene, unit), "sort": "booths"}


def _part(scene: Scene, unit: Unit) -> dict[str, Any]:
    line = BudgetLine.objects.create(event=example_event(scene, unit), text="Rạp, bàn ghế", amount="12.000.000 đồng")
    return {"event_id": line.event_id, "sort": "budget", "part_id": line.pk}


def _shift_of(scene: Scene, unit: Unit) -> Shift:
    return Shift.objects.create(
        event=example_event(scene, unit), unit=unit, post="Cổng A", begins=time(7), ends=time(9), wanted=2
    )


def _event_shift(scene: Scene, unit: Unit) -> dict[str, Any]:
    shift = _shift_of(scene, unit)
    return {"event_id": shift.event_id, "shift_id": shift.pk}


def _shift(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"shift_id": _shift_of(scene, unit).pk}


def _volunteer(scene: Scene, unit: Unit) -> RouteExample:
    shift = _shift_of(scene, unit)
    volunteer = ShiftVolunteer.objects.create(
        shift=shift, member=scene.member(unit), added_at=clock.now(), added_by=scene.tree.minh
    )
    return RouteExample({"shift_id": shift.pk, "volunteer_id": volunteer.pk})


def example_ticket(scene: Scene, unit: Unit) -> Registration:
    """A ticket of an announced event of the unit."""
    event = example_event(scene, unit, EventState.OPEN)
    return Registration.objects.create(
        event=event, unit=unit, number=1, state="registered", source="link", name="Lê Thị Mận", folded="le thi man",
        birth_year=1990, made_on=clock.today(), made_at=clock.now(), **tickets.new_keys(),
    )  # fmt: skip


def _registration(scene: Scene, unit: Unit) -> dict[str, Any]:
    ticket = example_ticket(scene, unit)
    return {"event_id": ticket.event_id, "registration_id": ticket.pk}


def example_photo(scene: Scene, unit: Unit) -> EventPhoto:
    """A public photo of an event of today."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "JPEG")
    blob = store(source=out.getvalue(), name="anh.jpg", limit=1 << 20, kind=Kind.JPEG)
    return EventPhoto.objects.create(
        event=example_event(scene, unit, EventState.OPEN), photo=blob, photo_small=blob, alt="Các gian hàng",
        subjects="nobody", is_public=True, made_on=clock.today(), made_at=clock.now(), made_by=scene.tree.minh,
    )  # fmt: skip


def _photo(scene: Scene, unit: Unit) -> dict[str, Any]:
    photo = example_photo(scene, unit)
    return {"event_id": photo.event_id, "photo_id": photo.pk}


def _public_photo(scene: Scene, unit: Unit) -> dict[str, Any]:
    photo = example_photo(scene, unit)
    return {"slug": photo.event.slug, "photo_id": photo.pk}


def _check_in(scene: Scene, unit: Unit) -> dict[str, Any]:
    ticket = example_ticket(scene, unit)
    attendance = Attendance.objects.create(
        registration=ticket, event=ticket.event, first_seen_at=clock.now(),
        last_seen_at=clock.now(), is_inside=True,
    )  # fmt: skip
    seen = CheckIn.objects.create(
        attendance=attendance, method="ticket", direction="in", seen_at=clock.now(), made_at=clock.now(),
        made_by=scene.tree.minh,
    )  # fmt: skip
    return {"event_id": attendance.event_id, "check_in_id": seen.pk}


def _certificate_of(scene: Scene, unit: Unit) -> AttendanceCertificate:
    """The certificate of somebody who came."""
    ticket, now = example_ticket(scene, unit), clock.now()
    Attendance.objects.create(
        registration=ticket, event=ticket.event, first_seen_at=now, last_seen_at=now, is_inside=True
    )
    return AttendanceCertificate.objects.create(
        registration=ticket, code=new_verification_code(), issued_on=clock.today(), issued_at=now
    )


def _certificate_part(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"event_id": _certificate_of(scene, unit).registration.event_id, "part": 1}


def _certificate_link(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"link": tickets.link_of(_certificate_of(scene, unit).registration)}


def _certificate_code(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"code": _certificate_of(scene, unit).code}


def _slug(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"slug": example_event(scene, unit, EventState.OPEN).slug}


def _link(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"link": tickets.link_of(example_ticket(scene, unit))}


def example_draw(scene: Scene, unit: Unit, state: str = "prepared") -> Draw:
    """A draw of an announced event of the unit, of the prize of a bicycle among three tickets."""
    event, now, today = example_event(scene, unit, EventState.OPEN), clock.now(), clock.today()
    draw = Draw.objects.create(
        event=event, unit=unit, number_name="Giải đặc biệt xổ số Tiền Giang", number_day=today, number_time=time(0),
        made_by=scene.tree.minh, made_at=now,
    )  # fmt: skip
    prize = DrawPrize.objects.create(draw=draw, position=1, name="Giải nhất: xe đạp", count=1)
    if state == "prepared":
        return draw
    draw.seed_hash, draw.list_text, draw.ticket_count = sha256(bytes(32)).hexdigest(), "1\n2\n3\n", 3
    draw.list_hash = sha256(draw.list_text.encode()).hexdigest()
    draw.public_number, draw.seed = "083506", bytes(32).hex()
    draw.state = state
    draw.save()
    steps = ("committed", "frozen", "drawn")
    DrawStep.objects.bulk_create(
        DrawStep(draw=draw, state=step, made_on=today, made_at=now, made_by=scene.tree.minh) for step in steps
    )
    row = DrawRound.objects.create(
        draw=draw, prize=prize, position=1, number=1, made_on=today, made_at=now, made_by=scene.tree.minh
    )
    DrawResult.objects.create(draw=draw, round=row, position=1, ticket_number=2)
    return draw


def _prepared_draw(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"event_id": example_draw(scene, unit).event_id}


def _drawn_draw(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"event_id": example_draw(scene, unit, "drawn").event_id}


def _result(scene: Scene, unit: Unit) -> dict[str, Any]:
    draw = example_draw(scene, unit, "drawn")
    return {"event_id": draw.event_id, "result_id": draw.results.get().pk}


def _public_draw(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"slug": example_draw(scene, unit, "drawn").event.slug}


EVENT, SHIFT = "/events/<uuid:event_id>/", "/events/shifts/<uuid:shift_id>/"
PART = f"{EVENT}parts/<slug:sort>/<uuid:part_id>/"
CANCEL_TICKET = f"{EVENT}participants/<uuid:registration_id>/cancel/"
RESULT = f"{EVENT}draw/results/<uuid:result_id>/"
PUBLIC_DRAW = "/e/<slug:slug>/draw/"
EVENT_SHIFT = f"{EVENT}shifts/<uuid:shift_id>/"
PHOTO, PUBLIC_PHOTO = f"{EVENT}photos/<uuid:photo_id>/", "/e/<slug:slug>/photos/<uuid:photo_id>/"

MAKERS: dict[str, Maker] = {
    EVENT: _draft,
    **{f"{EVENT}{rest}/": _draft for rest in ("edit", "open", "booths", "timetable", "budget", "shifts", "shifts/new")},
    **{f"{EVENT}{rest}/": _open for rest in ("move", "cancel", "participants", "participants/new")},
    f"{EVENT}participants/export/": _open,
    f"{EVENT}report/": _open,
    f"{EVENT}certificates/": _open,
    f"{EVENT}certificates/<int:part>/": _certificate_part,
    "/t/<slug:link>/certificate/": _certificate_link,
    "/e/certificates/<str:code>/": _certificate_code,
    f"{EVENT}report/issued/": _open,
    CANCEL_TICKET: _registration,
    **{f"{EVENT}check-ins/{rest}": _open for rest in ("", "new/", "walk-in/", "tickets/", "tickets/print/")},
    f"{EVENT}check-ins/<uuid:check_in_id>/undo/": _check_in,
    **{f"{EVENT}photos/{rest}": _open for rest in ("", "new/")},
    f"{EVENT}poster/": _open,
    f"{EVENT}next-year/": _open,
    **{f"{PHOTO}{rest}": _photo for rest in ("", "remove/", "keep/", "large/", "small/")},
    **{f"{PUBLIC_PHOTO}{rest}": _public_photo for rest in ("", "small/", "request/")},
    "/e/<slug:slug>/": _slug,
    "/e/<slug:slug>/event.ics": _slug,
    "/e/<slug:slug>/join/": _slug,
    "/t/<slug:link>/": _link,
    "/t/<slug:link>/cancel/": _link,
    f"{EVENT}parts/<slug:sort>/new/": _new_part,
    PART: _part,
    f"{PART}remove/": _part,
    f"{EVENT_SHIFT}edit/": _event_shift,
    f"{EVENT_SHIFT}remove/": _event_shift,
    SHIFT: _shift,
    f"{SHIFT}volunteers/": _shift,
    f"{SHIFT}volunteers/<uuid:volunteer_id>/remove/": _volunteer,
    **{
        f"{EVENT}draw/{rest}": _prepared_draw for rest in ("", "prepare/", "commit/", "freeze/", "number/", "withdraw/")
    },
    **{f"{EVENT}draw/{rest}": _drawn_draw for rest in ("minutes/", "minutes/note/")},
    RESULT: _result,
    PUBLIC_DRAW: _public_draw,
    **{f"/e/<slug:slug>/{name}": _public_draw for name in ("draw.json", "draw-list.txt")},
}
