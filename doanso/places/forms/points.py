"""Forms of public points, their plates, the plan, the public page, and corrections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.files.photos import PhotoUpload
from doanso.lib import clock
from doanso.lib.day_field import DayField
from doanso.places.actions.points import PlateCheckInput, PointInput, PublicTextInput
from doanso.places.models import CorrectionOutcome, CorrectionTopic, PlateProblem, PointKind, PublicPoint

_PICTURES = "image/jpeg,image/png,image/webp"


def _photo_field(label: str, help_text: str) -> forms.FileField:
    return forms.FileField(
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.FileInput(attrs={"accept": _PICTURES, "class": "form-control"}),
    )


def _upload(form: forms.Form) -> PhotoUpload | None:
    upload = form.cleaned_data.get("photo")
    return PhotoUpload(upload.name, upload) if upload else None


class PointForm(forms.Form):
    """What is written of a point. `version` is the one that its user has read."""

    kind = forms.ChoiceField(label=_("What it is"), choices=PointKind.choices)
    name = forms.CharField(
        label=pgettext_lazy("places", "Name"),
        max_length=60,
        help_text=_("As people know it; it stands large on the plate."),
    )
    number = forms.IntegerField(
        label=_("Number on the plan"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Empty: the next free one."),
    )
    purpose = forms.CharField(
        label=_("Scan the code to …"),
        required=False,
        max_length=80,
        help_text=_("Continues this sentence on the plate: “Quét mã để đặt lịch khám, xem giờ làm việc”."),
    )
    opening_hours = forms.CharField(label=_("Opening hours"), required=False, max_length=200)
    contact = forms.CharField(
        label=_("Telephone or contact of the office"),
        required=False,
        max_length=120,
        help_text=_("Everybody reads it: a number of the office, not somebody's own."),
    )
    address = forms.CharField(label=_("Address"), required=False, max_length=120)
    wifi = forms.CharField(label=_("Name of the free Wi-Fi"), required=False, max_length=40)
    text = forms.CharField(
        label=_("What people can do here"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    name_en = forms.CharField(label=_("Name in English"), required=False, max_length=60)
    purpose_en = forms.CharField(label=_("Scan the code to …, in English"), required=False, max_length=80)
    text_en = forms.CharField(
        label=_("What people can do here, in English"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    photo = _photo_field(
        _("Photo of the point"),  # type: ignore[arg-type]
        _("Of the house and its entrance, without faces. Where it was taken is not kept."),  # type: ignore[arg-type]
    )
    photo_alt = forms.CharField(label=_("What the photo shows"), required=False, max_length=120)
    drops_photo = forms.BooleanField(label=_("Remove the photo"), required=False)
    added_reason = forms.CharField(
        label=_("Why it was not in the list when the survey was closed"), required=False, max_length=300
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, point: PublicPoint | None = None, is_frozen: bool = False, **options: Any) -> None:
        if point is not None:
            names = [name for name in self.base_fields if hasattr(point, name) and name != "photo"]
            options["initial"] = {name: getattr(point, name) for name in names}
        super().__init__(*args, **options)
        if point is not None or not is_frozen:
            del self.fields["added_reason"]
        else:
            self.fields["added_reason"].required = True
        if point is None or point.photo_id is None:
            del self.fields["drops_photo"]

    def inputs(self) -> PointInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        names = PointInput.__dataclass_fields__
        return PointInput(**{name: cleaned[name] for name in names})

    def upload(self) -> PhotoUpload | None:
        """Return the uploaded photo."""
        return _upload(self)


class PlateCheckForm(forms.Form):
    """What was seen at a plate."""

    WORKS = "works"

    outcome = forms.ChoiceField(
        label=_("What did you see when you scanned it?"),
        choices=[(WORKS, _("It opens the right page")), *PlateProblem.choices],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you saw when you scanned the plate.")},
    )
    checked_on = DayField(label=_("Day"), error_messages={"required": _("Enter the day.")})
    note = forms.CharField(label=_("Note"), required=False, max_length=300)
    photo = _photo_field(_("Photo of the plate"), "")  # type: ignore[arg-type]

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("initial", {"checked_on": clock.today()})
        super().__init__(*args, **options)

    def inputs(self, *, is_put_up: bool) -> PlateCheckInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        works = cleaned["outcome"] == self.WORKS
        problem = "" if works else cleaned["outcome"]
        return PlateCheckInput(cleaned["checked_on"], works, problem, cleaned["note"], is_put_up and works)

    def upload(self) -> PhotoUpload | None:
        """Return the uploaded photo."""
        return _upload(self)


class RemovePointForm(forms.Form):
    """Why a point is removed."""

    reason = forms.CharField(
        label=_("Why the point is removed"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class PlanForm(forms.Form):
    """The plan as text; `version` names the stored plan that its user has read."""

    plan = forms.CharField(
        label=_("The plan as text"),
        required=False,
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "form-control ds-plan-text"}),
    )
    version = forms.CharField(max_length=16, widget=forms.HiddenInput)


class PublicPageForm(forms.Form):
    """The words of the public page, and whether it is shown."""

    is_shown = forms.BooleanField(
        label=_("Show the page before the place is recognised"),
        required=False,
        help_text=_("Everybody sees the criteria as they stand each day, also those that are not reached yet."),
    )
    text = forms.CharField(
        label=_("About the place"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Where the name comes from, what is here, since when. An empty line begins a paragraph."),
    )
    contacts = forms.CharField(
        label=_("Whom to call"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One line each: the office and its number, such as “Công an Phường 4: 0273 …”."),
    )
    text_en = forms.CharField(
        label=_("About the place, in English"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def inputs(self) -> PublicTextInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return PublicTextInput(cleaned["text"], cleaned["text_en"], cleaned["contacts"], cleaned["is_shown"])


class CorrectionForm(forms.Form):
    """What somebody without an account says is wrong."""

    topic = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=CorrectionTopic.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong.")},
    )
    text = forms.CharField(
        label=_("What is it really?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Write no name, number or password of yours. Nobody asks who you are."),
        error_messages={"required": _("Write in a few words what is wrong and what is right.")},
    )


class AnswerForm(forms.Form):
    """The unit's answer to a correction."""

    outcome = forms.ChoiceField(
        label=_("What was done?"),
        choices=CorrectionOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what was done.")},
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One sentence; whoever sent the correction reads it under their link."),
        error_messages={"required": _("Write one sentence; the sender reads it.")},
    )
