"""Forms of events: the list's filter, an event, moving and cancelling it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import EventHours, EventInput
from doanso.events.forms.fields import EventHourField
from doanso.events.kinds import kinds
from doanso.events.models import Event
from doanso.events.queries import events as queries
from doanso.events.queries.repeats import EventPart, RepeatedParts
from doanso.lib import clock
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import offer_units, set_choices, unit_choices
from doanso.lib.form_fields import text_field
from doanso.lib.next_year import moved_day_remark, with_later_years, years_later, years_until
from doanso.lib.number_field import WholeNumberField
from doanso.units.queries import NamedUnit

_STATE_NAMES = {
    queries.UPCOMING: pgettext_lazy("events", "Ahead and in preparation"),
    queries.POSTPONED: pgettext_lazy("events", "Postponed"),
    queries.OVER: pgettext_lazy("events", "Over"),
    queries.CANCELLED: pgettext_lazy("events", "Cancelled"),
    queries.ALL: pgettext_lazy("events", "All events"),
}


class EventFilterForm(forms.Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Search by the event's name"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "state", [(state, _STATE_NAMES[state]) for state in queries.STATES])
        set_choices(self, "kind", ((kind.code, kind.name) for kind in kinds()), empty=_("All kinds"))
        if len(units) > 1:
            set_choices(self, "unit", unit_choices(units), empty=_("All units"))
        else:
            del self.fields["unit"]


_PART_LABELS = {
    EventPart.TIMETABLE: gettext_lazy("Timetable, with the hours moved along: %(count)s lines"),
    EventPart.PARTNERS: gettext_lazy("Partners with what each does and its goal: %(count)s"),
    EventPart.BOOTHS: gettext_lazy("Booths with their goals, without results: %(count)s"),
    EventPart.SHIFTS: gettext_lazy("Shifts with their units, nobody on duty yet: %(count)s"),
    EventPart.BUDGET: gettext_lazy("Lines of the budget: %(count)s"),
    EventPart.MATERIALS: gettext_lazy("Things to prepare, none of them ready: %(count)s"),
}


class _HoursForm(forms.Form):
    """Day, hours and place."""

    day = DayField(label=pgettext_lazy("event", "Day"))
    begins = EventHourField(label=pgettext_lazy("event", "From"))
    ends = EventHourField(label=pgettext_lazy("event", "Until"))
    place = text_field(
        pgettext_lazy("event", "Place"),
        rules.LONGEST_PLACE,
        required=True,
        help_text=gettext_lazy("As people call it, for example Quảng trường trung tâm."),
    )
    address = text_field(pgettext_lazy("event", "Address"), rules.LONGEST_ADDRESS)

    def hours(self) -> EventHours:
        """Return when and where."""
        cleaned = self.cleaned_data
        return EventHours(*(cleaned[name] for name in ("day", "begins", "ends", "place", "address")))


class EventForm(_HoursForm):
    """An event. `units` are offered for a new one; of an announced event day, hours and place are not asked."""

    unit = forms.ChoiceField(label=gettext_lazy("Held by"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of event"))
    title = text_field(pgettext_lazy("event", "Title"), rules.LONGEST_TITLE, required=True)
    capacity = WholeNumberField(
        label=pgettext_lazy("event", "Number of places"),
        required=False,
        help_text=gettext_lazy("Left empty, as many may come as like to."),
    )
    minimum_age = WholeNumberField(
        label=gettext_lazy("Lowest age"),
        required=False,
        help_text=gettext_lazy(
            "Left empty, there is none. Compared with the year of birth; who has a ticket already keeps it."
        ),
    )
    summary = text_field(
        gettext_lazy("What people read about it"),
        rules.LONGEST_SUMMARY,
        rows=4,
        help_text=gettext_lazy("What happens there, whom it is for, what to bring."),
    )
    contact = text_field(
        gettext_lazy("Whom people may ask"),
        rules.LONGEST_CONTACT,
        help_text=gettext_lazy("An office and its number, no private one: everybody reads it."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    field_order: tuple[str, ...] = (
        "unit",
        "kind",
        "title",
        "day",
        "begins",
        "ends",
        "place",
        "address",
        "capacity",
        "minimum_age",
        "summary",
        "contact",
    )

    def __init__(
        self, data: Any = None, *, units: Sequence[NamedUnit] = (), event: Event | None = None, **options: Any
    ) -> None:
        self.event = event
        if event is not None:
            names = [name for name in self.field_order if name != "unit"]
            options["initial"] = {name: getattr(event, name) for name in names} | {"read": event.version}
        super().__init__(data, **options)
        offered = [(kind.code, kind.name) for kind in kinds()]
        if event is not None and event.kind not in dict(offered):
            offered.append((event.kind, event.kind))
        set_choices(self, "kind", offered)
        if event is None:
            # Chosen by the links above the form, which fill in the hours too.
            self.fields["kind"].widget = forms.HiddenInput()
        if units:
            offer_units(self, units)
        else:
            del self.fields["unit"]
        if event is not None and event.state != "draft":
            for name in ("day", "begins", "ends", "place", "address"):
                del self.fields[name]

    def inputs(self) -> EventInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        event = self.event
        if event is not None and event.state != "draft":
            hours = EventHours(event.day, event.begins, event.ends, event.place, event.address)
        else:
            hours = self.hours()
        return EventInput(
            cleaned["kind"],
            cleaned["title"],
            hours,
            cleaned["summary"],
            cleaned["contact"],
            cleaned["capacity"],
            cleaned["minimum_age"],
        )


class RepeatForm(EventForm):
    """An event that is made again for a later year: its words and day as proposed, and which parts are copied."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("What is copied"), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = (*EventForm.field_order, "parts")

    def __init__(self, data: Any = None, *, source: Event, copied: RepeatedParts, **options: Any) -> None:
        years = years_until(source.day, clock.today())
        day = years_later(source.day, years)
        names = [name for name in EventForm.field_order if name != "unit"]
        offered = [part for part in EventPart if copied.count(part)]
        options["initial"] = {name: getattr(source, name) for name in names} | options.get("initial", {})
        options["initial"] |= {
            "title": with_later_years(source.title, years), "day": day, "parts": [str(part) for part in offered],
        }  # fmt: skip
        super().__init__(data, **options)
        self.fields["day"].help_text = moved_day_remark(source.day, day)
        if offered:
            set_choices(
                self, "parts", ((str(part), _PART_LABELS[part] % {"count": copied.count(part)}) for part in offered)
            )
        else:
            del self.fields["parts"]

    def chosen_parts(self) -> set[EventPart]:
        """Return which parts are copied."""
        return {EventPart(part) for part in self.cleaned_data.get("parts", ())}


class MoveForm(_HoursForm):
    """Another day, hour or place for an announced event, or a postponement without a day; with the reason that people read."""

    MOVE, POSTPONE = "move", "postpone"
    way = forms.ChoiceField(
        label=pgettext_lazy("event moved", "What happens"),
        choices=[
            (MOVE, gettext_lazy("It has a new day, hour or place")),
            (POSTPONE, gettext_lazy("It is postponed, the new day is not known yet")),
        ],
        widget=forms.RadioSelect,
    )
    reason = text_field(
        gettext_lazy("Reason"),
        rules.LONGEST_REASON,
        required=True,
        rows=2,
        help_text=gettext_lazy(
            "Everybody who looks the event up reads it, for example: mưa bão, dời sang chủ nhật sau."
        ),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)

    field_order = ("way", "day", "begins", "ends", "place", "address", "reason")

    def __init__(self, data: Any = None, *, event: Event, **options: Any) -> None:
        names = ("begins", "ends", "place", "address")
        options["initial"] = {name: getattr(event, name) for name in names} | {
            "read": event.version,
            "way": self.MOVE,
            "day": "" if event.state == "postponed" else event.day,
        }
        super().__init__(data, **options)
        if event.state == "postponed":
            self.fields["way"].widget = forms.HiddenInput()
        if self.is_bound and self.data.get("way") == self.POSTPONE:
            for name in ("day", "begins", "ends", "place"):
                self.fields[name].required = False


class CancelForm(forms.Form):
    """The reason for which an event is cancelled."""

    reason = text_field(
        gettext_lazy("Reason"),
        rules.LONGEST_REASON,
        required=True,
        rows=2,
        help_text=gettext_lazy("Everybody who looks the event up reads it."),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)
