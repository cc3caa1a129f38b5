"""What the forms of several apps do with Django's own fields."""

from typing import Any

from django import forms


def text_field(label: Any, longest: int, *, required: bool = False, rows: int = 0, **options: Any) -> forms.CharField:
    """Return a field for a text; with `rows` of several lines."""
    if rows:
        options["widget"] = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, required=required, **options)


class _FilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, chosen at once."""

    widget = _FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Return the uploaded files; a required field refuses none."""
        uploads = data if isinstance(data, list | tuple) else [data] if data else []
        if not uploads:
            super().clean(None, initial)
        return [super(FilesField, self).clean(upload, initial) for upload in uploads]
