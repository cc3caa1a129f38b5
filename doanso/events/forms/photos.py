"""Forms of photos: add some, change one, take one down."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import EventPhotoInput
from doanso.events.models import EventPhoto, PhotoRequestReason, PhotoSubjects
from doanso.events.rules import photos as photo_rules
from doanso.files.photos import PhotoUpload
from doanso.lib.day_field import DayField
from doanso.lib.form_fields import FilesField, text_field
from doanso.lib.uuid7 import uuid7

_PICTURES = "image/jpeg,image/png,image/webp"


class EventPhotoForm(forms.Form):
    """What is stated of a photo. Nothing is chosen before: the officer states whom it shows."""

    alt = text_field(
        pgettext_lazy("event photo", "What the photo shows"),
        photo_rules.LONGEST_ALT,
        required=True,
        help_text=gettext_lazy(
            "One sentence without names; it is read aloud to those who cannot see, for example: Bà con xếp hàng mở tài khoản."
        ),
    )
    subjects = forms.ChoiceField(
        label=gettext_lazy("Whom does it show?"),
        choices=PhotoSubjects.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Of people who can be recognised only photos are kept to which they agreed."),
        error_messages={"required": gettext_lazy("State whom the photo shows.")},
    )
    asked_by = text_field(
        gettext_lazy("Who asked them"),
        rules.LONGEST_NAME,
        help_text=gettext_lazy(
            "Needed as soon as somebody can be recognised: name and office of the person who asked."
        ),
    )
    asked_on = DayField(label=gettext_lazy("When they were asked"), required=False)
    is_public = forms.BooleanField(
        label=gettext_lazy("Show it on the event's public page"),
        required=False,
        help_text=gettext_lazy("Everybody can see it then. It can be taken down at any time."),
    )
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *args: Any, photo: EventPhoto | None = None, **options: Any) -> None:
        if photo is not None:
            names = ("alt", "subjects", "asked_by", "asked_on", "is_public")
            options["initial"] = {name: getattr(photo, name) for name in names} | {"read": photo.version}
        super().__init__(data, *args, **options)

    def inputs(self) -> EventPhotoInput:
        """Return the values for the action."""
        names = ("alt", "subjects", "asked_by", "asked_on", "is_public")
        return EventPhotoInput(*(self.cleaned_data[name] for name in names))


class UploadPhotosForm(EventPhotoForm):
    """Photos to be added, and what is stated of all of them; `key` keeps a form that is sent twice from adding them twice."""

    photos = FilesField(
        label=gettext_lazy("Photos"),
        error_messages={"required": gettext_lazy("Choose at least one photo.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("photos",)

    def __init__(self, *args: Any, **options: Any) -> None:
        options["initial"] = {"key": uuid7()} | options.get("initial", {})
        super().__init__(*args, **options)
        self.fields["photos"].widget.attrs |= {"accept": _PICTURES, "class": "form-control"}
        message = _(
            "At most %(most)s at a time, of which the same is stated below. Where and when they were taken is not kept."
        )
        self.fields["photos"].help_text = message % {"most": photo_rules.MOST_UPLOADS}

    def uploads(self) -> list[PhotoUpload]:
        """Return the uploaded photos for the action."""
        return [PhotoUpload(upload.name, upload) for upload in self.cleaned_data["photos"]]


class PhotoRequestForm(forms.Form):
    """Who is in a photo that somebody asks to be taken down; neither name nor phone is asked."""

    reason = forms.ChoiceField(
        label=gettext_lazy("Who is in the photo?"),
        choices=PhotoRequestReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose who is in the photo.")},
    )
    words = text_field(
        gettext_lazy("Where in the photo, if several people are in it"),
        photo_rules.LONGEST_REQUEST,
        help_text=gettext_lazy("For example: người áo xanh bên trái. No name is needed."),
    )


class KeepPhotoForm(forms.Form):
    """Why a photo is kept that somebody asked to be taken down; `request_ids` are the requests that the officer has read."""

    request_ids = forms.CharField(widget=forms.HiddenInput, max_length=200)

    answer = text_field(
        gettext_lazy("Why it stays"),
        rules.LONGEST_REASON,
        required=True,
        rows=2,
        help_text=gettext_lazy("Whoever asked reads this. For example: trong ảnh không nhận ra ai."),
    )

    def clean_request_ids(self) -> list[UUID]:
        """Return the ids, which the page sends joined by commas."""
        try:
            return [UUID(key) for key in self.cleaned_data["request_ids"].split(",")]
        except ValueError:
            raise forms.ValidationError(_("Open the photo anew.")) from None


class TakeDownForm(forms.Form):
    """Why a photo is taken down."""

    reason = text_field(
        gettext_lazy("Why it is taken down"),
        rules.LONGEST_REASON,
        required=True,
        rows=2,
        help_text=gettext_lazy("For example: người trong ảnh không muốn nữa. Only your unit reads it."),
    )
