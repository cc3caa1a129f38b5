"""Every object of events as the arguments of its routes; see `objects`."""

from collections.abc import Callable
from typing import Any

from doanso.events import tickets
from doanso.events.booth_keys import keys_of
from doanso.events.models import (
    AttendanceCertificate,
    Booth,
    BoothCode,
    BoothStamp,
    BudgetLine,
    CheckIn,
    Draw,
    DrawResult,
    Event,
    EventPartner,
    EventPhoto,
    Material,
    Registration,
    Shift,
    ShiftVolunteer,
    TimetableLine,
)

_PARTS: dict[str, Any] = {
    "timetable": TimetableLine,
    "partners": EventPartner,
    "booths": Booth,
    "budget": BudgetLine,
    "materials": Material,
}


def event_sources(example: Any, rows: Any, nested: Any) -> dict[Any, Any]:
    """Return the sources of the routes of events, made with the helpers of `objects`."""

    def ticket_links() -> list[Any]:
        registrations = Registration.objects.order_by("pk")
        return [example({"link": tickets.link_of(row)}, row.unit_id, (row.state, row.source)) for row in registrations]

    def booth_links() -> list[Any]:
        codes = BoothCode.objects.select_related("shift").order_by("pk")
        return [example({"link": keys_of(row).link}, row.shift.unit_id, (row.ended_at is None,)) for row in codes]

    def stamps(link: Callable[[BoothStamp], str]) -> list[Any]:
        rows = BoothStamp.objects.select_related("registration", "code__shift").order_by("pk")
        return [
            example({"link": link(row), "stamp_id": row.pk}, row.code.shift.unit_id, (row.state, row.kind))
            for row in rows
        ]

    return {
        ("event_id",): rows(Event, ("kind", "state"), event_id="pk"),
        "events:new-part": nested(
            rows(Event, ("kind", "state"), event_id="pk"), lambda _event: [{"sort": sort} for sort in _PARTS]
        ),
        ("event_id", "part_id", "sort"): lambda: [
            example({"event_id": part.event_id, "sort": sort, "part_id": part.pk}, part.event.unit_id, (sort,))
            for sort, model in _PARTS.items()
            for part in model._default_manager.select_related("event").order_by("pk")
        ],
        ("event_id", "registration_id"): rows(
            Registration, ("state", "source"), event_id="event_id", registration_id="pk"
        ),
        ("check_in_id", "event_id"): rows(
            CheckIn,
            ("method", "direction"),
            owner="attendance__event__unit_id",
            event_id="attendance__event_id",
            check_in_id="pk",
        ),
        ("event_id", "photo_id"): rows(
            EventPhoto.objects.filter(taken_down_at=None),
            ("subjects",),
            owner="event__unit_id",
            event_id="event_id",
            photo_id="pk",
        ),
        ("photo_id", "slug"): rows(
            EventPhoto.objects.filter(is_public=True, event__state="open"),
            owner="event__unit_id",
            slug="event__slug",
            photo_id="pk",
        ),
        "events:public-event": rows(Event.objects.exclude(announced_on=None), ("state",), slug="slug"),
        "events:calendar": rows(Event.objects.exclude(announced_on=None), ("state",), slug="slug"),
        "events:join": rows(Event.objects.exclude(announced_on=None), ("state",), slug="slug"),
        **{
            f"events:{name}": rows(Draw.objects.exclude(state="withdrawn"), ("state",), event_id="event_id")
            for name in ("prepare-draw", "withdraw-draw")
        },
        "events:draw-minutes": rows(Draw.objects.filter(state="drawn"), event_id="event_id"),
        ("event_id", "result_id"): rows(DrawResult, owner="draw__unit_id", event_id="draw__event_id", result_id="pk"),
        **{
            f"events:{name}": rows(Draw.objects.filter(state__in=["frozen", "drawn"]), ("state",), slug="event__slug")
            for name in ("public-draw", "draw-file", "draw-list")
        },
        "events:booth-desk": booth_links,
        "events:stamp-ticket": booth_links,
        "events:booth-totals": booth_links,
        "events:undo-stamp": lambda: stamps(lambda stamp: keys_of(stamp.code).link),
        ("link", "stamp_id"): lambda: stamps(lambda stamp: tickets.link_of(stamp.registration)),
        ("booth_id", "event_id"): rows(
            Booth, ("service_id",), owner="event__unit_id", event_id="event_id", booth_id="pk"
        ),
        "events:certificate": ticket_links,
        "events:certificates-part": nested(
            rows(Event.objects.filter(registrations__certificate__isnull=False).distinct(), ("kind",), event_id="pk"),
            lambda _event: [{"part": 1}],
        ),
        "events:verify-certificate": rows(AttendanceCertificate, owner="registration__event__unit_id", code="code"),
        "events:ticket": ticket_links,
        "events:cancel-ticket": ticket_links,
        ("event_id", "shift_id"): rows(
            Shift.objects.filter(removed_at=None), owner="event__unit_id", event_id="event_id", shift_id="pk"
        ),
        ("shift_id",): rows(Shift, ("removed_at",), shift_id="pk"),
        ("shift_id", "volunteer_id"): rows(
            ShiftVolunteer, ("teammate_id",), owner="shift__unit_id", shift_id="shift_id", volunteer_id="pk"
        ),
    }
