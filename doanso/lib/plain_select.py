"""A select that writes its options in Python; Django renders two templates for each, which is felt with a unit's whole tree."""

from collections.abc import Mapping
from typing import Any

from django.forms import Select
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class PlainSelect(Select):
    """Django's select with the same HTML, for lists of many options."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> SafeString:
        widget = context["widget"]
        groups = [
            format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, _options(options))
            if name
            else _options(options)
            for name, options, _index in widget["optgroups"]
        ]
        body = format_html_join("", "{}", ((group,) for group in groups))
        return format_html('<select name="{}"{}>{}\n</select>', widget["name"], _attributes(widget["attrs"]), body)


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "",
        '\n  <option value="{}"{}>{}</option>\n',
        ((str(option["value"]), _attributes(option["attrs"]), option["label"]) for option in options),
    )


def _attributes(attributes: Mapping[str, Any]) -> SafeString:
    """Return ` name="value"` for each attribute; True writes the name alone, False nothing."""
    if not attributes:
        return SafeString()
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, str(value)),)
            for name, value in attributes.items()
            if value is not False
        ),
    )
