"""Makers for the addresses of booths; see `routes`."""

from datetime import time
from typing import Any

from doanso.access.tests.routes_events import EVENT, SHIFT, example_event, example_ticket
from doanso.access.tests.scene import Maker, Scene
from doanso.adoption.models import Service
from doanso.events import booth_keys, tickets
from doanso.events.models import Booth, BoothCode, BoothStamp, EventState, Registration, Shift, ShiftVolunteer
from doanso.lib import clock
from doanso.units.models import Unit


def example_booth(scene: Scene, unit: Unit) -> BoothCode:
    """The code of a shift at a booth of the unit's event, all day."""
    event = example_event(scene, unit, EventState.OPEN)
    service = Service.objects.get_or_create(code="payment", defaults={"name": "Thanh toán", "position": 9})[0]
    booth = Booth.objects.create(event=event, number=1, name="Gian ngân hàng", service=service)
    shift = Shift.objects.create(
        event=event, unit=unit, post="Gian 1", booth=booth, begins=time(0), ends=time(23, 59, 59), wanted=2
    )
    now, member = clock.now(), scene.member(unit)
    ShiftVolunteer.objects.create(shift=shift, member=member, added_at=now, added_by=scene.tree.minh)
    return BoothCode.objects.create(
        shift=shift, booth=booth, member=member, made_at=now, made_by=scene.tree.minh, **booth_keys.new_keys()
    )


def example_stamp(scene: Scene, unit: Unit) -> tuple[BoothStamp, str]:
    """A stamp that waits for the holder of a ticket, and the ticket's link."""
    code, ticket = example_booth(scene, unit), example_ticket(scene, unit)
    Registration.objects.filter(pk=ticket.pk).update(event=code.booth.event)
    stamp = BoothStamp.objects.create(
        booth=code.booth, code=code, registration=ticket, kind="account", made_at=clock.now()
    )
    return stamp, tickets.link_of(ticket)


def _booth_shift(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"shift_id": example_booth(scene, unit).shift_id}


def _booth(scene: Scene, unit: Unit) -> dict[str, Any]:
    booth = example_booth(scene, unit).booth
    return {"event_id": booth.event_id, "booth_id": booth.pk}


def _booth_link(scene: Scene, unit: Unit) -> dict[str, Any]:
    return {"link": booth_keys.keys_of(example_booth(scene, unit)).link}


def _undo(scene: Scene, unit: Unit) -> dict[str, Any]:
    stamp, _link_of_ticket = example_stamp(scene, unit)
    return {"link": booth_keys.keys_of(stamp.code).link, "stamp_id": stamp.pk}


def _stamp(scene: Scene, unit: Unit) -> dict[str, Any]:
    stamp, link = example_stamp(scene, unit)
    return {"link": link, "stamp_id": stamp.pk}


def _event_of_stamp(scene: Scene, unit: Unit) -> dict[str, Any]:
    stamp, _link_of_ticket = example_stamp(scene, unit)
    return {"event_id": stamp.booth.event_id}


STAMPS = f"{EVENT}booths/stamps/"
BOOTH_TOTALS = f"{EVENT}booths/<uuid:booth_id>/totals/"
UNDO_STAMP, STAMP = "/p/<slug:link>/undo/<uuid:stamp_id>/", "/t/<slug:link>/stamps/<uuid:stamp_id>/"

MAKERS: dict[str, Maker] = {
    f"{SHIFT}code/": _booth_shift,
    f"{SHIFT}code/end/": _booth_shift,
    STAMPS: _event_of_stamp,
    BOOTH_TOTALS: _booth,
    **{f"/p/<slug:link>/{rest}": _booth_link for rest in ("", "stamp/", "totals/")},
    UNDO_STAMP: _undo,
    STAMP: _stamp,
    f"{STAMP}deny/": _stamp,
    f"{STAMP}again/": _stamp,
}
ADDRESSES = {
    "events:booth-code": f"{SHIFT}code/",
    "events:end-booth-code": f"{SHIFT}code/end/",
    "events:stamps": STAMPS,
    "events:report-booth": BOOTH_TOTALS,
    "events:booth-desk": "/p/<slug:link>/",
    "events:stamp-ticket": "/p/<slug:link>/stamp/",
    "events:undo-stamp": UNDO_STAMP,
    "events:booth-totals": "/p/<slug:link>/totals/",
    "events:answer-stamp": STAMP,
    "events:deny-stamp": f"{STAMP}deny/",
    "events:answer-stamp-again": f"{STAMP}again/",
}
"""The example of each route, for pages that are opened one by one."""
