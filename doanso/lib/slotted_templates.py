"""Templates rendered once, with slots for the few values that differ from request to request.

A slot is an ordinary value in the template's context and may be written out, also within a translated sentence or as an
attribute; it may not be computed with. Its value is escaped as Django does.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe

# Characters that Unicode keeps for a program's own use: no text holds them.
_BEGIN, _END = "\ufdd0", "\ufdd1"
_SLOT = re.compile(f"{_BEGIN}([a-z_]+){_END}")


def slot(name: str) -> SafeString:
    """Return the value that marks a slot in the context of `SlottedText.of_template`."""
    return mark_safe(f"{_BEGIN}{name}{_END}")  # noqa: S308 -- a mark of our own


class SlottedText:
    """Fixed text and slots, alternating."""

    __slots__ = ("_fixed", "_parts")

    def __init__(self, text: str) -> None:
        # Text at the even places, names of slots at the odd ones.
        self._parts = _SLOT.split(text)
        self._fixed = mark_safe(text) if len(self._parts) == 1 else None  # noqa: S308 -- made by a template

    @classmethod
    def of_template(cls, name: str, context: Mapping[str, Any]) -> "SlottedText":
        """Render the template with this context, in which slots mark the values that are not yet known."""
        return cls(get_template(name).render(dict(context)))

    def fill(self, values: Mapping[str, str]) -> SafeString:
        """Return the text with every slot filled, each value escaped unless it is safe; KeyError for a missing one."""
        if self._fixed is not None:
            return self._fixed
        parts = self._parts.copy()
        parts[1::2] = [conditional_escape(values[name]) for name in parts[1::2]]
        return mark_safe("".join(parts))  # noqa: S308 -- made by a template, the rest escaped
