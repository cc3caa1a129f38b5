"""Forms of places: the list's filter, setting one up, and the steps of its life cycle."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.lib import clock, formats
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.lib.next_year import missing_day_remark, with_later_years, years_later, years_until
from doanso.partners.queries import PartnerChoice
from doanso.places.actions import PlaceInput, RecognitionInput, SegmentInput
from doanso.places.kinds import PlaceKind, kind_choices
from doanso.places.models import Place, PlaceState, Segment
from doanso.places.rules.life import LONGEST_NOTE, LONGEST_REASON
from doanso.units.queries import NamedUnit

RECHECK = "recheck"
"""A choice of the list's filter: recognised places whose re-check is due."""


class PlaceFilterForm(forms.Form):
    """Filters of the list."""

    q = forms.CharField(label=gettext_lazy("Name of the street or market"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "kind", kind_choices(), empty=_("All kinds"))
        set_choices(self, "state", [*PlaceState.choices, (RECHECK, _("Re-check due"))], empty=_("All states"))
        set_choices(self, "unit", unit_choices(units), empty=_("All units"))


class PlaceForm(forms.Form):
    """A place's own words; the parts are written one per line."""

    name = forms.CharField(
        label=pgettext_lazy("places", "Name"),
        max_length=120,
        help_text=gettext_lazy("As people call it, such as “Đường Lê Lợi”."),
    )
    started_on = DayField(label=gettext_lazy("Work begins on"))
    segments = forms.CharField(
        label=gettext_lazy("Parts"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, kind: PlaceKind | None, **options: Any) -> None:
        super().__init__(*args, **options)
        street = _("One segment per line, from where to where after semicolons: “Đoạn 1; Nguyễn Huệ; Thủ Khoa Huân”.")
        market = _("One section per line: “Nhà lồng A”, “Khu hàng tươi”.")
        field = self.fields["segments"]
        if kind is None:
            field.help_text = _("Street: %(street)s Market: %(market)s") % {"street": street, "market": market}
        else:
            field.label = _("Sections of the market") if kind.is_market else _("Segments of the street")
            field.help_text = market if kind.is_market else street

    def inputs(self) -> PlaceInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        parts = [line.split(";") for line in cleaned["segments"].splitlines() if line.strip()]
        segments = [SegmentInput(*(word.strip()[:80] for word in [*words, "", ""][:3])) for words in parts]
        return PlaceInput(cleaned["name"], cleaned["started_on"], cleaned["note"], segments)


def segment_lines(segments: Sequence[Segment]) -> str:
    """Return the parts of a place as the form's lines."""
    lines = []
    for segment in segments:
        words = [segment.name, segment.begins_at, segment.ends_at]
        while words and not words[-1]:
            words.pop()
        lines.append("; ".join(words))
    return "\n".join(lines)


class RepeatPlaceForm(PlaceForm):
    """A place that is made again: its words as proposed, and whether its partners come along."""

    with_partners = forms.BooleanField(required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, source: Place, kind: PlaceKind, segments: Sequence[Segment], partners: int, key: UUID
    ) -> None:
        today = clock.today()
        years = years_until(source.started_on, today)
        moved = years_later(source.started_on, years)
        initial = {
            "name": with_later_years(source.name, years), "started_on": min(moved, today), "note": source.note,
            "segments": segment_lines(segments), "with_partners": partners > 0, "key": key,
        }  # fmt: skip
        super().__init__(data, kind=kind, initial=initial)
        remark = missing_day_remark(source.started_on, moved)
        if moved > today:
            remark = _("%(day)s is still ahead, so today is proposed.") % {"day": formats.day(moved)}
        self.fields["started_on"].help_text = remark
        self.fields["name"].help_text = _("A name of its own: the unit has this year's already.")
        if partners:
            label = _("Partners with what each does: %(count)s") % {"count": formats.number(partners)}
            self.fields["with_partners"].label = label
        else:
            del self.fields["with_partners"]


class NewPlaceForm(PlaceForm):
    """A new place: its kind and unit, and its words."""

    kind = forms.ChoiceField(label=gettext_lazy("What is it?"))
    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    field_order = ("kind", "unit", "name", "started_on", "segments", "note")

    def __init__(self, *args: Any, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(*args, kind=None, **options)
        self.units = {unit.code: unit for unit in units}
        set_choices(self, "kind", kind_choices())
        set_choices(self, "unit", unit_choices(units))


class NoteForm(forms.Form):
    """A step with a note by choice."""

    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea(attrs={"rows": 2})
    )

    def options(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        return dict(self.cleaned_data)


class CompleteSurveyForm(NoteForm):
    """The day of a survey that is complete, from which the denominators are frozen."""

    on = DayField(label=gettext_lazy("Day of the survey"))
    field_order = ("on", "note")


class PlaceReasonForm(forms.Form):
    """Why a place is sent back, refused, withdrawn, stopped or moved."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Give the reason in a few words.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def options(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        return dict(self.cleaned_data)


class RecogniseForm(forms.Form):
    """The decision: its day, and the number of a paper decision."""

    decided_on = DayField(label=gettext_lazy("Day of the decision"))
    decision = forms.CharField(
        label=gettext_lazy("Number of the paper decision"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Leave it empty to write the decision here afterwards."),
    )

    def options(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        return {"inputs": RecognitionInput(**self.cleaned_data)}


class EmptyForm(forms.Form):
    """A step that needs no words."""

    def options(self) -> dict[str, Any]:
        """Return no arguments."""
        return {}


class PartnerPartForm(forms.Form):
    """A partner's part in a place."""

    partner = forms.ChoiceField(label=gettext_lazy("Partner"))
    role = forms.CharField(
        label=gettext_lazy("What it does here"),
        max_length=120,
        help_text=gettext_lazy("Such as “Lập danh sách sạp, thu phí không tiền mặt”."),
    )
    is_board = forms.BooleanField(label=gettext_lazy("It is the market's board"), required=False)

    def __init__(self, *args: Any, offered: Sequence[PartnerChoice], is_market: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.offered = offered
        set_choices(self, "partner", [(str(choice.id), f"{choice.label}: {choice.kind_name}") for choice in offered])
        if not is_market:
            del self.fields["is_board"]
