"""Forms of the programme editor: begin a draft, its head, one indicator, and publishing."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import dates, formats
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices
from doanso.lib.number_field import parse_number
from doanso.lib.problems import Refused
from doanso.lib.schema.toml_tables import LARGEST_FILE
from doanso.lib.vietnamese import fold
from doanso.targets import counting
from doanso.targets.actions import DraftHeadInput
from doanso.targets.counting import CountingCatalogue, CountingOption
from doanso.targets.models import Basis, IndicatorGroup, IndicatorKind
from doanso.targets.plans import IndicatorPlan, days_problem, is_share

CODE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
_LONGEST_CODE = 50
_MOST_DIGITS = 20


def code_of(text: str, taken: Collection[str] = ()) -> str:
    """Return a code made of a title, with a number behind it where it is taken."""
    words = "".join(char if char.isascii() and char.isalnum() else " " for char in fold(text)).split()
    code = "-".join(words)[: _LONGEST_CODE - 4].strip("-") or "chi-tieu"
    number, proposed = 1, code
    while proposed in taken:
        number += 1
        proposed = f"{code}-{number}"
    return proposed


def _number_or_text(text: Any) -> Any:
    number = parse_number(str(text or ""), longest=_MOST_DIGITS)
    return number if number is not None else str(text or "").strip()


class NumberField(forms.CharField):
    """A whole number as people write it: 5.000, 5 000 or 80%."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=20, **options)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    @staticmethod
    def number(text: str) -> int | None:
        """Return the number that a text is, or None."""
        number = _number_or_text(text)
        return number if isinstance(number, int) else None

    def clean(self, value: Any) -> int | None:
        """Return the number, or None where an optional field is empty."""
        typed = super().clean(value)
        number = _number_or_text(typed)
        if number == "" and not self.required:
            return None
        if not isinstance(number, int):
            raise forms.ValidationError(_("Write a whole number, for example 5.000 or 80%."), code="number")
        return number

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the numbers, not the texts."""
        return str(self.prepare_value(initial) or "") != str(self.prepare_value(_number_or_text(data)) or "")

    def prepare_value(self, value: Any) -> Any:
        """Return a number with points between thousands, anything else unchanged."""
        return formats.number(value) if isinstance(value, int) else value


class DaysField(forms.CharField):
    """Several days in one line, with a semicolon between them."""

    def clean(self, value: Any) -> tuple[date, ...]:
        """Return the days in their order."""
        typed = super().clean(value)
        days = []
        for text in typed.replace("\n", ";").replace(",", ";").split(";"):
            if not text.strip():
                continue
            try:
                days.append(dates.parse_day(text.strip()))
            except Refused as refused:
                raise forms.ValidationError(refused.problem.message, code=refused.problem.code) from None
        return tuple(sorted(days))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the days, not the texts."""
        try:
            return tuple(initial or ()) != self.clean(data)
        except forms.ValidationError:
            return True

    def prepare_value(self, value: Any) -> Any:
        """Return days as people write them, anything else unchanged."""
        return "; ".join(formats.day(day) for day in value) if isinstance(value, list | tuple) else value


class _DaysForm(forms.Form):
    """The title and the days of a programme."""

    title = forms.CharField(label=gettext_lazy("Title of the programme"), max_length=200)
    first_day = DayField(label=gettext_lazy("From the day"))
    last_day = DayField(label=gettext_lazy("To the day"))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first_day"), data.get("last_day")
        if first and last and (problem := days_problem(first, last)) is not None:
            self.add_error(problem.field, problem.message)
        return data


class BlankForm(_DaysForm):
    """A programme that begins with no indicator. `key` becomes the draft's id, so that a form sent twice makes one."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)


class CopyForm(BlankForm):
    """The title and the days of a copy, and whether its targets can be divided among units as the copied ones were."""

    carries_division = forms.BooleanField(required=False, initial=True)


class UploadForm(forms.Form):
    """A programme file; `key` as in `BlankForm`."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    file = forms.FileField(label=gettext_lazy("Programme file (TOML)"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs |= {"accept": ".toml,text/plain", "class": "ds-file"}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            message = _(
                "The file is larger than 1 MB, so it is no programme file. Choose the one that “File (TOML)” has written."
            )
            raise forms.ValidationError(message, code="file_unreadable")
        return file


class DraftHeadForm(_DaysForm):
    """Title, code and days of a draft; of a published programme only the title is free."""

    code = forms.RegexField(
        CODE,
        label=gettext_lazy("Code"),
        max_length=_LONGEST_CODE,
        help_text=gettext_lazy(
            "Part of the addresses. Small letters, digits and dashes; it never changes once published."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, published: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("code", "first_day", "last_day"):
            self.fields[name].disabled = published

    def inputs(self) -> DraftHeadInput:
        """Return what was entered."""
        data = self.cleaned_data
        return DraftHeadInput(data["title"], data["code"], data["first_day"], data["last_day"])


class PublishForm(forms.Form):
    """Why a programme is published or changed; `stamp` names what was read."""

    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    stamp = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_reason: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"].required = needs_reason


_GRADES = (
    (0, gettext_lazy("No particular evidence")),
    (1, gettext_lazy("Seen by one officer")),
    (2, gettext_lazy("A 1+1 pair attests it")),
    (3, gettext_lazy("The person confirms it")),
    (4, gettext_lazy("Re-checked by a call-back")),
)


class IndicatorForm(forms.Form):
    """One indicator of a draft. What is left empty is proposed by what is counted."""

    short_title = forms.CharField(label=gettext_lazy("Name on the screen"), max_length=60)
    counts = forms.ChoiceField(label=gettext_lazy("What is counted"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of indicator"), required=False)
    target = NumberField(label=gettext_lazy("Level"))
    denominator = forms.ChoiceField(label=gettext_lazy("Denominator: of whom or what"), required=False)
    basis = forms.ChoiceField(label=gettext_lazy("Where the number comes from"), choices=Basis.choices)
    why = forms.CharField(
        label=gettext_lazy("Basis"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reason = forms.CharField(label=gettext_lazy("Why it is changed"), max_length=300, required=False)
    title = forms.CharField(label=gettext_lazy("Full title"), max_length=160, required=False)
    group = forms.ChoiceField(label=gettext_lazy("Heading of the dashboard"), required=False)
    unit_of_count = forms.CharField(label=gettext_lazy("Counted in units of"), max_length=60, required=False)
    denominator_text = forms.CharField(label=gettext_lazy("Denominator in words"), max_length=200, required=False)
    due = DaysField(label=gettext_lazy("Due days of the milestones"), required=False)
    required_grade = forms.ChoiceField(label=gettext_lazy("Evidence that is needed"), choices=_GRADES, required=False)
    code = forms.RegexField(CODE, label=gettext_lazy("Code"), max_length=_LONGEST_CODE, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    MORE = ("title", "group", "unit_of_count", "denominator_text", "due", "required_grade", "code")
    """The fields that stand behind "more"."""

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        plan: IndicatorPlan | None,
        known: bool,
        taken: Collection[str],
        needs_reason: bool,
        version: int,
        reason: str = "",
    ) -> None:
        self.before, self.known, self.taken, self.needs_reason = plan, known, taken, needs_reason
        self.catalogue = CountingCatalogue(plan)
        super().__init__(data, initial=self._initial(plan, version, reason))
        empty = [] if plan is not None else [("", _("As it fits what is counted"))]
        choices: dict[str, list[Any]] = {
            "counts": [*([] if plan is not None else [("", _("Choose"))]), *self.catalogue.choices()],
            "kind": [*empty, *IndicatorKind.choices],
            "group": [*empty, *IndicatorGroup.choices],
            "denominator": [("", _("As it fits what is counted")), *self._denominators(plan)],
        }
        for name, options in choices.items():
            set_choices(self, name, options)
        for name in ("counts", "kind", "code"):
            self.fields[name].disabled = known
        self.fields["reason"].required = needs_reason
        self.fields["reason"].error_messages["required"] = _("Say why it is changed: the programme runs already.")
        self.fields["denominator"].disabled = known and plan is not None and bool(plan.denominator)

    @staticmethod
    def _denominators(plan: IndicatorPlan | None) -> list[tuple[str, str]]:
        options = counting.all_denominators()
        if plan is not None and plan.denominator and plan.denominator not in dict(options):
            options.append((plan.denominator, plan.denominator))
        return options

    @staticmethod
    def _initial(plan: IndicatorPlan | None, version: int, reason: str) -> dict[str, Any]:
        if plan is None:
            return {"version": version, "basis": Basis.STATED, "required_grade": 0}
        names = (
            "short_title", "kind", "target", "denominator", "basis", "why", "title", "group", "unit_of_count",
            "denominator_text", "due", "required_grade", "code",
        )  # fmt: skip
        return {name: getattr(plan, name) for name in names} | {
            "counts": counting.counting_key(plan.family, plan.parameters),
            "version": version,
            "reason": reason,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        option = self.catalogue.by_key.get(data.get("counts", ""))
        if option is None:
            return data
        fitting = counting.fitting_kinds(option.family)
        data["kind"] = data.get("kind") or fitting[0]
        if data["kind"] not in fitting and not self.known:
            names = ", ".join(str(IndicatorKind(kind).label) for kind in fitting)
            self.add_error("kind", _("What is counted here fits: %(kinds)s.") % {"kinds": names})
            return data
        self._complete_denominator(data, option.family)
        data["unit_of_count"] = self._unit_of_count(data, option)
        data["group"] = data.get("group") or counting.proposed_group(option.family)
        data["title"] = data.get("title") or data.get("short_title", "")
        data["code"] = data.get("code") or code_of(data.get("short_title", ""), self.taken)
        return data

    def _unit_of_count(self, data: Mapping[str, Any], option: CountingOption) -> str:
        """Return what was entered, unless that is what something else proposed that was counted before."""
        entered: str = data.get("unit_of_count") or ""
        if self.before is None or self.known or "counts" not in self.changed_data:
            return entered or option.unit_of_count
        proposed = {each.unit_of_count for each in self.catalogue.options}
        return option.unit_of_count if entered in proposed | {""} else entered

    def _complete_denominator(self, data: dict[str, Any], family: str) -> None:
        if not is_share(data["kind"]):
            data["denominator"] = data["denominator_text"] = ""
            return
        fitting = counting.fitting_denominators(family, data["kind"])
        chosen = data.get("denominator") or ""
        if not chosen and fitting and not self.known:
            data["denominator"] = chosen = fitting[0]
        if chosen and fitting and chosen not in fitting and not self.known:
            names = ", ".join(counting.denominator_title(name) for name in fitting)
            self.add_error("denominator", _("What is counted here is a share of: %(names)s.") % {"names": names})
        stale = self.before is not None and data.get("denominator_text") == counting.denominator_title(
            self.before.denominator
        )
        if not data.get("denominator_text") or stale:
            data["denominator_text"] = counting.denominator_title(chosen) or data.get("denominator_text", "")
        if not data["denominator_text"]:
            self.add_error("denominator_text", _("Say in words of whom or what it is a share."))

    def _parameters(self, option: CountingOption) -> Mapping[str, Any]:
        """Return the parameters; one that is the indicator's code follows it."""
        name = counting.code_parameter(option.family)
        if self.before is None or option.parameters.get(name) != self.before.code:
            return option.parameters
        return {**option.parameters, name: self.cleaned_data["code"]}

    def plan(self) -> IndicatorPlan:
        """Return the indicator of the valid form."""
        data = self.cleaned_data
        option = self.catalogue.by_key[data["counts"]]
        return IndicatorPlan(
            code=data["code"],
            title=data["title"],
            short_title=data["short_title"],
            kind=data["kind"],
            group=data["group"],
            unit_of_count=data["unit_of_count"],
            target=data["target"],
            basis=data["basis"],
            why=data["why"],
            family=option.family,
            parameters=self._parameters(option),
            least_grade=self.before.least_grade if self.before is not None else 1,
            required_grade=int(data["required_grade"] or 0),
            denominator=data["denominator"],
            denominator_text=data["denominator_text"],
            due=data["due"],
        )


class PreviewUnitForm(forms.Form):
    """The unit as which a draft is read: one directly below the root, or the root itself."""

    unit = forms.ChoiceField(label=gettext_lazy("See as"), required=False)

    def __init__(self, data: Any, *, units: Mapping[str, str]) -> None:
        super().__init__(data)
        set_choices(self, "unit", units.items())
