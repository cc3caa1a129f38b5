"""The form of one criterion, and of publishing a set."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.adoption.models import AdoptionStage
from doanso.lib import formats
from doanso.lib.form_choices import set_choices
from doanso.places.formulas import formula, formulas
from doanso.places.kinds import CriterionPlan
from doanso.places.models import Criterion, CriterionBasis, ThresholdKind

_NUMBER = re.compile(r"\d{1,6}(?:[.,]\d)?")


class ThresholdField(forms.CharField):
    """A threshold as people type it: 90, 92,5 or 3; as tenths of a percent for a share, a whole number for a count."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=10, **options)
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> str:
        """Return the typed number with a point, "" for none."""
        typed: str = super().clean(value).strip().removesuffix("%").strip().replace(",", ".")
        if typed and not _NUMBER.fullmatch(typed):
            raise forms.ValidationError(_("Enter a number, for example 90 or 92,5."), code="threshold")
        return typed


class CriterionForm(forms.Form):
    """One criterion of a draft."""

    title = forms.CharField(
        label=gettext_lazy("What is to be reached"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )
    group = forms.CharField(label=gettext_lazy("Group"), max_length=120)
    formula = forms.ChoiceField(label=gettext_lazy("How the value is known"))
    service_stage = forms.ChoiceField(
        label=gettext_lazy("Service and stage"),
        required=False,
        help_text=gettext_lazy("Only where households are counted that use a service."),
    )
    counted = forms.CharField(
        label=gettext_lazy("What is counted"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Only for what is entered by a check, such as “điểm có kết nối”."),
    )
    whole = forms.CharField(
        label=gettext_lazy("Out of what"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("Only for a share that is entered by a check, such as “điểm đã định”."),
    )
    threshold_kind = forms.ChoiceField(label=gettext_lazy("The threshold is"), choices=ThresholdKind.choices)
    threshold = ThresholdField(
        label=gettext_lazy("Threshold"),
        required=False,
        help_text=gettext_lazy("In percent for a share, a number for a count; empty for yes or no."),
    )
    second_threshold = ThresholdField(
        label=gettext_lazy("Second threshold"),
        required=False,
        help_text=gettext_lazy(
            "Only where a value counts two things, such as shops that take it and shops that used it."
        ),
    )
    evidence = forms.CharField(label=gettext_lazy("What shows it"), required=False, max_length=300)
    help = forms.CharField(
        label=gettext_lazy("What exactly counts"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    basis = forms.ChoiceField(label=gettext_lazy("Where it comes from"), choices=CriterionBasis.choices)
    why = forms.CharField(
        label=gettext_lazy("Which document, or why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, place_kind: str, groups: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [each for each in formulas() if not each.places or place_kind in each.places]
        set_choices(self, "formula", [(each.code, str(each.title)) for each in offered])
        stages = (
            AdoptionStage.objects.select_related("service").filter(level__gt=0).order_by("service__position", "level")
        )
        choices = [
            (f"{stage.service.code}/{stage.code}", f"{stage.service.short_name}: {stage.name}") for stage in stages
        ]
        set_choices(self, "service_stage", choices, empty=_("None"))
        if groups:
            self.fields["group"].help_text = _("Such as: %(groups)s.") % {"groups": "; ".join(groups)}

    def plan(self) -> CriterionPlan:
        """Return the criterion as it is typed; the parameters are those that the chosen formula takes."""
        cleaned = self.cleaned_data
        is_share = cleaned["threshold_kind"] == ThresholdKind.SHARE
        service, _slash, stage = cleaned["service_stage"].partition("/")
        typed = {"service": service, "stage": stage, "counted": cleaned["counted"], "whole": cleaned["whole"]}
        chosen = formula(cleaned["formula"])
        taken = chosen.parameters or {} if chosen is not None else {}
        return CriterionPlan(
            group=cleaned["group"],
            title=cleaned["title"],
            help=cleaned["help"],
            formula=cleaned["formula"],
            parameters={name: value for name, value in typed.items() if name in taken and value},
            threshold_kind=cleaned["threshold_kind"],
            threshold=1 if cleaned["threshold_kind"] == ThresholdKind.YES else _whole(cleaned["threshold"], is_share),
            second_threshold=_whole(cleaned["second_threshold"], is_share) if cleaned["second_threshold"] else None,
            evidence=cleaned["evidence"],
            basis=cleaned["basis"],
            why=cleaned["why"],
        )


def _whole(typed: str, is_share: bool) -> int:
    """Return tenths of a percent, or a whole number; 0 for none, which the rules refuse."""
    return int(float(typed or 0) * (10 if is_share else 1))


def initial_of(criterion: Criterion) -> dict[str, Any]:
    """Return a criterion as the form shows it."""
    is_share = criterion.threshold_kind == ThresholdKind.SHARE
    parameters = criterion.parameters

    def shown(value: int | None) -> str:
        if value is None:
            return ""
        return formats.goal(value).removesuffix("%") if is_share else str(value)

    return {
        **{name: getattr(criterion, name) for name in ("title", "group", "formula", "threshold_kind", "evidence")},
        **{name: getattr(criterion, name) for name in ("help", "basis", "why")},
        "service_stage": f"{parameters['service']}/{parameters.get('stage', '')}" if "service" in parameters else "",
        "counted": parameters.get("counted", ""),
        "whole": parameters.get("whole", ""),
        "threshold": shown(criterion.threshold) if criterion.threshold_kind != ThresholdKind.YES else "",
        "second_threshold": shown(criterion.second_threshold),
    }


class PublishForm(forms.Form):
    """What is new in a version."""

    note = forms.CharField(
        label=gettext_lazy("What is new, and why"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
