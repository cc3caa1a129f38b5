"""What people type about reports: which days, and the letterhead."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import clock
from doanso.lib.day_field import DayField
from doanso.reports.models import ReportForm, ReportKind
from doanso.reports.queries.letterheads import Frame, lines_of
from doanso.reports.rules import spans
from doanso.reports.rules.spans import Span
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

MOST_RECIPIENTS = 20


def indented(units: Sequence[NamedUnit]) -> list[tuple[str, str]]:
    """Units as choices that show who stands below whom."""
    top = min((one.depth for one in units), default=0)
    return [(one.code, f"{'\u00a0' * 3 * (one.depth - top)}{one.short_name}") for one in units]


class NewReportForm(forms.Form):
    """Of whom and of which days."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"))
    kind = forms.ChoiceField(label=gettext_lazy("Which report"), choices=ReportKind.choices)
    day = DayField(
        label=gettext_lazy("A day of the period"),
        help_text=gettext_lazy(
            "Any day of the week, month, quarter, half-year or year; for chosen days the first one."
        ),
    )
    last_day = DayField(
        label=gettext_lazy("Last day"), required=False, help_text=gettext_lazy("Only for a report of chosen days.")
    )
    form = forms.ChoiceField(label=gettext_lazy("Form of the document"), choices=ReportForm.choices)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        self.units = {one.code: one.unit for one in units}
        self.fields["unit"].choices = indented(units)  # type: ignore[attr-defined]
        self.initial.setdefault("day", clock.today())
        self.initial.setdefault("kind", ReportKind.MONTH)

    @property
    def chosen_unit(self) -> Unit:
        """The unit that is meant."""
        return self.units[self.cleaned_data["unit"]]

    def clean(self) -> dict[str, Any]:
        """Chosen days need a last one."""
        said = super().clean() or {}
        if said.get("kind") == ReportKind.AD_HOC and not said.get("last_day") and "last_day" not in self.errors:
            self.add_error("last_day", _("Say the last day, too."))
        return said

    def span(self) -> Span:
        """The days that are meant; refused where they stand the wrong way round."""
        said = self.cleaned_data
        if said["kind"] == ReportKind.AD_HOC:
            return spans.ad_hoc(said["day"], said["last_day"])
        return spans.span_of(said["kind"], said["day"])


class LayoutForm(forms.Form):
    """A superior's workbook, for whom it is and what it is called."""

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
        self.units = {one.code: one.unit for one in units}
        self.fields["unit"].choices = indented(units)  # type: ignore[attr-defined]
        self.fields["file"].widget.attrs["accept"] = ".xlsx"

    @property
    def chosen_unit(self) -> Unit:
        """The unit that is meant."""
        return self.units[self.cleaned_data["unit"]]


class ArchiveForm(forms.Form):
    """What the archive is narrowed by."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("Which report"), required=False, choices=[("", gettext_lazy("All")), *ReportKind.choices]
    )

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        self.units = {one.code: one.unit for one in units}
        self.fields["unit"].choices = [("", _("All")), *((one.code, one.short_name) for one in units)]  # type: ignore[attr-defined]


class LetterheadForm(forms.Form):
    """What stands at the top and the foot of a unit's documents."""

    superior = forms.CharField(
        label=gettext_lazy("Line of the superior"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("For example TỈNH ĐOÀN TIỀN GIANG."),
    )
    issuer = forms.CharField(
        label=gettext_lazy("Line of the issuer"),
        max_length=120,
        help_text=gettext_lazy("For example BCH ĐOÀN THÀNH PHỐ MỸ THO."),
    )
    symbol = forms.CharField(
        label=gettext_lazy("Abbreviation in the symbol"),
        max_length=24,
        help_text=gettext_lazy("What follows the kind of document: TĐTN gives BC/TĐTN."),
    )
    place = forms.CharField(label=gettext_lazy("Place before the date"), max_length=80)
    authority = forms.CharField(
        label=gettext_lazy("In whose name it is signed"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("For example TM. BAN THƯỜNG VỤ."),
    )
    post = forms.CharField(
        label=gettext_lazy("Post of the signer"), max_length=80, help_text=gettext_lazy("For example BÍ THƯ.")
    )
    signer = forms.CharField(label=gettext_lazy("Name of the signer"), max_length=120, required=False)
    recipients = forms.CharField(
        label=gettext_lazy("Recipients"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One on a line, without dash and semicolon; the last one says where it is kept."),
    )

    def clean_recipients(self) -> str:
        """Not more than fit beside the signature."""
        text: str = self.cleaned_data["recipients"]
        if len(lines_of(text)) > MOST_RECIPIENTS:
            raise forms.ValidationError(_("Not more than %(most)s lines.") % {"most": MOST_RECIPIENTS}, code="many")
        return text

    def frame(self) -> Frame:
        """The values as they are kept."""
        said = self.cleaned_data
        return Frame(
            **{name: said[name] for name in ("superior", "issuer", "symbol", "place", "authority", "post", "signer")},
            recipients=lines_of(said["recipients"]),
        )


def letterhead_initial(frame: Frame) -> dict[str, str]:
    """What the form shows first."""
    names = ("superior", "issuer", "symbol", "place", "authority", "post", "signer")
    return {**{name: getattr(frame, name) for name in names}, "recipients": "\n".join(frame.recipients)}
