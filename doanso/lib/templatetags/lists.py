"""Template tags of lists: the fields of a filter in the order in which the page shows them."""

from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.safestring import SafeString

register = template.Library()

# As many choices stand beside the search field; the rest is behind one control.
INLINE_CHOICES = 2


@dataclass(frozen=True, slots=True)
class FilterLayout:
    """The fields of a filter: hidden ones, the search field, choices in the line, and the rest behind one control."""

    hidden: list[BoundField]
    search: BoundField | None
    inline: list[BoundField]
    more: list[BoundField]

    @property
    def chosen(self) -> int:
        """Return how many of the fields behind the control narrow the list."""
        return sum(1 for field in self.more if _value(field))

    @property
    def is_wrong(self) -> bool:
        """Return whether a field behind the control could not be read, so that it does not narrow the list."""
        return any(field.errors for field in self.more)


def _value(field: BoundField) -> str:
    value = field.value()
    return "" if value is None else str(value).strip()


@register.simple_tag
def filter_layout(form: forms.BaseForm) -> FilterLayout:
    """Return the layout of a list's filter: the first text field is the search, the first choices stand beside it."""
    visible = form.visible_fields()
    search = next((field for field in visible if type(field.field) is forms.CharField), None)
    choices = [field for field in visible if isinstance(field.field.widget, forms.Select)][:INLINE_CHOICES]
    more = [field for field in visible if field is not search and field not in choices]
    return FilterLayout(hidden=form.hidden_fields(), search=search, inline=choices, more=more)


@register.simple_tag
def filter_control(field: BoundField) -> SafeString:
    """Return the control of a field whose label is for screen readers only; a search field shows the label inside it."""
    attrs: dict[str, Any] = {"class": "form-select"}
    if not isinstance(field.field.widget, forms.Select):
        attrs = {"class": "form-control", "placeholder": field.label, "autocomplete": "off", "enterkeyhint": "search"}
    return field.as_widget(attrs=attrs)
