"""Forms of reports: the days of a new one, a layout, and the filter of the archive."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import clock
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.reports.models import ReportForm, ReportKind
from doanso.reports.rules import spans
from doanso.reports.rules.spans import ReportSpan
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class NewReportForm(forms.Form):
    """The unit and the days of a new report: a period from the list, or with none of it a kind and its days."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    period = forms.ChoiceField(label=gettext_lazy("Period"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Which report"), required=False, choices=ReportKind.choices)
    day = DayField(
        label=gettext_lazy("A day of the period"),
        required=False,
        help_text=gettext_lazy(
            "Any day of the week, month, quarter, half-year or year; for chosen days the first one."
        ),
    )
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Only for a report of chosen days.")
    )
    form = forms.ChoiceField(label=gettext_lazy("Form of the document"), required=False, choices=ReportForm.choices)

    def __init__(
        self,
        data: Any = None,
        *,
        units: Sequence[NamedUnit],
        periods: Sequence[tuple[str, Sequence[tuple[str, str]]]],
        **options: Any,
    ) -> None:
        """Offer `periods`, groups of (code, title); the first one is chosen unless the address says another."""
        super().__init__(data, **options)
        self.units = {unit.code: unit.unit for unit in units}
        set_choices(self, "unit", unit_choices(units, short=True))
        other = ("", _("Other days: fill in below"))
        set_choices(self, "period", [*periods, other])
        codes = [code for _title, choices in periods for code, _name in choices]
        self.initial.setdefault("period", codes[0] if codes else "")
        if self.initial["period"] not in codes:
            self.initial["period"] = ""
        self.initial.setdefault("day", clock.today())
        self.initial.setdefault("kind", ReportKind.WEEK if codes else ReportKind.MONTH)

    @property
    def chosen_unit(self) -> Unit:
        """The chosen unit."""
        return self.units[self.cleaned_data["unit"]]

    def clean(self) -> dict[str, Any]:
        """Require kind and days where no period of the list is chosen."""
        data = super().clean() or {}
        if data.get("period"):
            return data
        for name in ("kind", "day"):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, self.fields[name].error_messages["required"])
        if data.get("kind") == ReportKind.AD_HOC and not data.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Say the last day, too."))
        return data

    def span(self) -> ReportSpan:
        """Return the chosen days; refused if they are in the wrong order."""
        data = self.cleaned_data
        if data["period"]:
            return spans.read(data["period"])
        if data["kind"] == ReportKind.AD_HOC:
            return spans.ad_hoc(data["day"], data["last_day"])
        return spans.span_of(data["kind"], data["day"])


class LayoutForm(forms.Form):
    """A superior's workbook, its unit and its name."""

    file = forms.FileField(label=gettext_lazy("Excel file (.xlsx)"), help_text=gettext_lazy("At most 5 MB."))
    name = forms.CharField(
        label=gettext_lazy("Name of the layout"),
        max_length=120,
        help_text=gettext_lazy("As people call it. A layout of the same name is replaced."),
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("For which unit?"), help_text=gettext_lazy("The units below it can use the layout too.")
    )

    def __init__(self, data: Any = None, files: Any = None, *, units: Sequence[NamedUnit]) -> None:
        super().__init__(data, files)
        self.units = {unit.code: unit.unit for unit in units}
        set_choices(self, "unit", unit_choices(units, short=True))
        self.fields["file"].widget.attrs["accept"] = ".xlsx"

    @property
    def chosen_unit(self) -> Unit:
        """The chosen unit."""
        return self.units[self.cleaned_data["unit"]]


class ArchiveForm(forms.Form):
    """The filter of the archive."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Which report"),
        required=False,
        choices=[("", gettext_lazy("All kinds of reports")), *ReportKind.choices],
    )

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        self.units = {unit.code: unit.unit for unit in units}
        set_choices(self, "unit", unit_choices(units, short=True), empty=_("All units"))
