"""Django's renderer of forms, with the most frequent controls written by Python in place of templates.

A select of twenty options renders forty templates in Django, which cost a list with filters a sixth of its time. The output is
identical; controls of other kinds still come from Django's templates.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

Widget = Mapping[str, Any]
"""The context of one widget, as `Widget.get_context` returns it."""

_FOLDER = "django/forms/widgets/"
_INPUTS = ("input", "text", "number", "email", "password", "hidden", "date", "search", "tel", "url", "checkbox", "file")


class FormRenderer(DjangoTemplates):
    """The product's `FORM_RENDERER`."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """Return the text of a form, a field or a widget."""
        write = _WRITERS.get(template_name)
        if write is None or context["widget"].get("wrap_label"):
            return super().render(template_name, context, request)
        return write(context["widget"]).strip()


def _text(value: object) -> str:
    """Return a value as Django's `stringformat:"s"` prints it, escaped unless it is safe."""
    return conditional_escape(value if isinstance(value, str) else str(value))


def _attributes(widget: Widget) -> str:
    written = []
    for name, value in widget["attrs"].items():
        if value is True:
            written.append(f" {conditional_escape(name)}")
        elif value is not False:
            written.append(f' {conditional_escape(name)}="{_text(value)}"')
    return "".join(written)


def _input(widget: Widget) -> str:
    value = widget["value"]
    shown = "" if value is None else f' value="{_text(value)}"'
    return f'<input type="{widget["type"]}" name="{conditional_escape(widget["name"])}"{shown}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    value = widget["value"]
    return (
        f'<textarea name="{conditional_escape(widget["name"])}"{_attributes(widget)}>\n'
        f"{conditional_escape(value) if value else ''}</textarea>"
    )


def _option(widget: Widget) -> str:
    return (
        f'<option value="{_text(widget["value"])}"{_attributes(widget)}>{conditional_escape(widget["label"])}</option>'
    )


def _select(widget: Widget) -> str:
    written = [f'<select name="{conditional_escape(widget["name"])}"{_attributes(widget)}>']
    for group_name, options, _index in widget["optgroups"]:
        if group_name:
            written.append(f'\n  <optgroup label="{conditional_escape(group_name)}">')
        written.extend(f"\n  {_option(option)}\n" for option in options)
        if group_name:
            written.append("\n  </optgroup>")
    written.append("\n</select>")
    return "".join(written)


_WRITERS: dict[str, Callable[[Widget], str]] = {
    **{f"{_FOLDER}{name}.html": _input for name in _INPUTS},
    f"{_FOLDER}textarea.html": _textarea,
    f"{_FOLDER}select.html": _select,
    f"{_FOLDER}select_option.html": _option,
    **{f"{_FOLDER}{name}_option.html": _input for name in ("input", "checkbox", "radio")},
}
