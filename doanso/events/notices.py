"""What this app tells units: an invitation, a change of what was announced, a place that became free, a reminder, and a report
that was withdrawn.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from doanso.events import policy
from doanso.events.models import (
    BoothStamp,
    Draw,
    Event,
    EventChange,
    EventChangeKind,
    EventClosing,
    Registration,
    ShiftVolunteer,
)
from doanso.events.wording import hour
from doanso.lib import formats
from doanso.notices.actions import NoticeInput, clear_many_notices, clear_notices, notify, notify_many
from doanso.notices.models import Notice
from doanso.notices.ports import register_notice_kind
from doanso.units import queries as units

ANNOUNCED = "events.announced"
CHANGED = "events.changed"
MOVED_UP = "events.moved-up"
REMINDER = "events.reminder"
DRAWN = "events.drawn"
STAMP_DENIED = "events.stamp-denied"
REPORT_ENDED = "events.report-ended"
SHIFTS = "events.shift-reminder"
ON_DUTY = "events.on-duty"


def notify_announced(event: Event) -> None:
    """Invite the units below the event's own; one statement beside that of their names."""
    words = {"title": event.title, "slug": event.slug, "day": event.day.isoformat()}
    receivers = [child.id for child in units.children(event.unit)]
    notify_many(ANNOUNCED, [NoticeInput(event.pk, unit=unit, parameters=words) for unit in receivers])


def notify_changed(event: Event, change: EventChange) -> None:
    """Tell the units that were invited or fill a shift that an event was moved, postponed or cancelled."""
    words = {"title": event.title, "slug": event.slug, "kind": change.kind, "day": event.day.isoformat()}
    receivers = _receivers(event, {child.id for child in units.children(event.unit)})
    notify_many(CHANGED, [NoticeInput(change.pk, unit=unit, parameters=words) for unit in receivers])
    if change.kind != EventChangeKind.MOVED or change.day != event.day:
        # The reminder names the former day, and that of a new day is written only where none stands.
        clear_notices(REMINDER, event.pk)
        clear_notices(SHIFTS, event.pk)
        clear_on_duty(ShiftVolunteer.objects.filter(shift__event=event).values_list("pk", flat=True))


def _receivers(event: Event, others: Collection[UUID]) -> list[UUID]:
    filling = event.shifts.filter(removed_at=None).values_list("unit_id", flat=True)
    return sorted({*others, *filling} - {event.unit_id})


def notify_moved_up(event: Event, registrations: Sequence[Registration]) -> None:
    """Tell the event's unit that people of the waiting list have a place now: those without an account are called."""
    notify_many(
        MOVED_UP,
        [
            NoticeInput(
                registration.pk,
                unit=event.unit_id,
                parameters={"title": event.title, "event": str(event.pk), "number": registration.number},
            )
            for registration in registrations
        ],
    )


def notify_reminder(event: Event, registered: int) -> None:
    """Remind the event's unit the day before; the page has the text to send to those who registered."""
    words = {"title": event.title, "day": event.day.isoformat(), "registered": registered}
    notify(REMINDER, source_id=event.pk, unit=event.unit_id, parameters=words)


def notify_draw_result(event: Event, draw: Draw, winners: int) -> None:
    """Tell the event's unit and those that were invited or filled a shift that the draw was held, with its public page."""
    words = {"title": event.title, "slug": event.slug, "winners": winners, "tickets": draw.ticket_count}
    receivers = [event.unit_id, *_receivers(event, {child.id for child in units.children(event.unit)})]
    notify_many(DRAWN, [NoticeInput(draw.pk, unit=unit, parameters=words) for unit in receivers])


def notify_denied_stamp(event: Event, stamp: BoothStamp, number: int) -> None:
    """Raise an alarm at the event's unit: the holder of a ticket says that a booth has not done what it recorded."""
    words = {"title": event.title, "event": str(event.pk), "ticket": number, "booth": stamp.booth.number}
    notify(STAMP_DENIED, source_id=stamp.pk, unit=event.unit_id, parameters=words)


def clear_denied_stamp(stamp: BoothStamp) -> None:
    """Remove the alarm once the holder has taken back that it is not so."""
    clear_notices(STAMP_DENIED, stamp.pk)


def notify_report_ended(event: Event, closing: EventClosing) -> None:
    """Tell the event's unit that its report was withdrawn, so that the event counts no more."""
    words = {"title": event.title, "reason": closing.taken_back_reason}
    notify(REPORT_ENDED, source_id=event.pk, unit=event.unit_id, parameters=words)


def clear_report_ended(event: Event) -> None:
    """Remove the notice of a withdrawn report once there is another one."""
    clear_notices(REPORT_ENDED, event.pk)


def notify_shifts(event: Event, counts: Mapping[UUID, tuple[int, int]]) -> None:
    """Remind units the day before of the shifts they fill; by unit how many are on duty, and how many are wanted."""
    words = {"title": event.title, "day": event.day.isoformat()}
    notify_many(
        SHIFTS,
        [
            NoticeInput(event.pk, unit=unit, parameters={**words, "filled": filled, "wanted": wanted})
            for unit, (filled, wanted) in counts.items()
        ],
    )


def notify_on_duty(event: Event, on_duty: Sequence[tuple[ShiftVolunteer, UUID]]) -> None:
    """Remind people the day before that they are on duty; each with the user who reads it."""
    words = {"title": event.title, "slug": event.slug, "day": event.day.isoformat()}
    notify_many(
        ON_DUTY,
        [
            NoticeInput(
                volunteer.pk,
                unit=volunteer.shift.unit_id,
                user=user,
                parameters={
                    **words,
                    "post": volunteer.shift.post,
                    "begins": hour(volunteer.shift.begins),
                    "ends": hour(volunteer.shift.ends),
                    # At a booth they hand out its code.
                    "shift": str(volunteer.shift_id) if volunteer.shift.booth_id is not None else "",
                },
            )
            for volunteer, user in on_duty
        ],
    )


def clear_on_duty(volunteer_ids: Iterable[UUID]) -> None:
    """Remove the reminders of people who are not on duty any more, or at other hours."""
    clear_many_notices(ON_DUTY, list(volunteer_ids))


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_notice_kind(
        ANNOUNCED,
        gettext_lazy("Event that you are invited to"),
        sentence=_announced_sentence,
        url=_public_url,
        permission=policy.VIEW,
        icon="calendar-event",
    )
    register_notice_kind(
        CHANGED,
        gettext_lazy("Event that was moved, postponed or cancelled"),
        sentence=_changed_sentence,
        url=_public_url,
        permission=policy.VIEW,
        icon="calendar",
    )
    register_notice_kind(
        MOVED_UP,
        gettext_lazy("Place for somebody of a waiting list"),
        sentence=_moved_up_sentence,
        url=lambda notice: reverse("events:participants", args=[notice.parameters["event"]]),
        permission=policy.VIEW,
        icon="user-check",
    )
    register_notice_kind(
        REMINDER,
        gettext_lazy("Event of tomorrow"),
        sentence=_reminder_sentence,
        url=lambda notice: reverse("events:participants", args=[notice.source_id]),
        permission=policy.VIEW,
        icon="clock",
    )
    register_notice_kind(
        DRAWN,
        gettext_lazy("Result of a draw"),
        sentence=_drawn_sentence,
        url=lambda notice: reverse("events:public-draw", args=[notice.parameters["slug"]]),
        permission=policy.VIEW,
        icon="trophy",
    )
    register_notice_kind(
        STAMP_DENIED,
        gettext_lazy("Record of a booth that the visitor denies"),
        sentence=_denied_sentence,
        url=lambda notice: f"{reverse('events:stamps', args=[notice.parameters['event']])}?sort=denied",
        permission=policy.VIEW,
        icon="alert-triangle",
        is_alarm=True,
    )
    register_notice_kind(
        REPORT_ENDED,
        gettext_lazy("Report of an event that was withdrawn"),
        sentence=_report_ended_sentence,
        url=lambda notice: reverse("events:report", args=[notice.source_id]),
        permission=policy.VIEW,
        icon="file-text",
    )
    register_notice_kind(
        SHIFTS,
        gettext_lazy("Shifts of tomorrow"),
        sentence=_shifts_sentence,
        url=lambda _notice: reverse("events:duty"),
        permission=policy.VIEW,
        icon="users",
    )
    register_notice_kind(
        ON_DUTY,
        gettext_lazy("On duty tomorrow"),
        sentence=_on_duty_sentence,
        url=_duty_url,
        icon="clock",
    )


def _day(notice: Notice) -> str:
    return formats.day(date.fromisoformat(notice.parameters["day"]))


def _announced_sentence(notice: Notice) -> str:
    return _("Invitation: “%(title)s” on %(day)s.") % {"title": notice.parameters["title"], "day": _day(notice)}


def _changed_sentence(notice: Notice) -> str:
    messages = {
        EventChangeKind.MOVED: _("“%(title)s” has changed its day, hours or place; it is on %(day)s."),
        EventChangeKind.POSTPONED: _("“%(title)s” is postponed, it was to be on %(day)s."),
        EventChangeKind.CANCELLED: _("“%(title)s” of %(day)s is cancelled."),
    }
    words = {"title": notice.parameters["title"], "day": _day(notice)}
    return messages[EventChangeKind(notice.parameters["kind"])] % words


def _moved_up_sentence(notice: Notice) -> str:
    message = _("Ticket %(number)s of the waiting list of “%(title)s” has a place now: tell its holder.")
    return message % {"number": notice.parameters["number"], "title": notice.parameters["title"]}


def _reminder_sentence(notice: Notice) -> str:
    registered = notice.parameters["registered"]
    message = ngettext(
        "“%(title)s” is on %(day)s, %(registered)s person registered. Send the reminder.",
        "“%(title)s” is on %(day)s, %(registered)s people registered. Send the reminder.",
        registered,
    )
    words = {"title": notice.parameters["title"], "day": _day(notice), "registered": formats.number(registered)}
    return message % words


def _drawn_sentence(notice: Notice) -> str:
    message = _(
        "Draw of “%(title)s”: %(winners)s of %(tickets)s tickets won. The page shows which, and anybody can check it."
    )
    parameters = notice.parameters
    return message % {
        "title": parameters["title"],
        "winners": formats.number(parameters["winners"]),
        "tickets": formats.number(parameters["tickets"]),
    }


def _denied_sentence(notice: Notice) -> str:
    message = _(
        "Booth %(booth)s of “%(title)s” recorded something for ticket %(ticket)s, and its holder says it is not so."
    )
    words = notice.parameters
    return message % {"booth": words["booth"], "title": words["title"], "ticket": words["ticket"]}


def _report_ended_sentence(notice: Notice) -> str:
    message = _(
        "The report of “%(title)s” was withdrawn (%(reason)s): the event counts no more until another one is issued."
    )
    return message % {"title": notice.parameters["title"], "reason": notice.parameters["reason"]}


def _shifts_sentence(notice: Notice) -> str:
    message = _("Your unit is on duty at “%(title)s” on %(day)s: %(filled)s of %(wanted)s people. Remind them.")
    numbers = {name: formats.number(notice.parameters[name]) for name in ("filled", "wanted")}
    return message % {"title": notice.parameters["title"], "day": _day(notice), **numbers}


def _on_duty_sentence(notice: Notice) -> str:
    message = _("You are on duty on %(day)s, %(begins)s to %(ends)s: %(post)s, “%(title)s”.")
    return message % {**notice.parameters, "day": _day(notice)}


def _duty_url(notice: Notice) -> str:
    shift = notice.parameters["shift"]
    return reverse("events:booth-code", args=[shift]) if shift else _public_url(notice)


def _public_url(notice: Notice) -> str:
    return reverse("events:public-event", args=[notice.parameters["slug"]])
