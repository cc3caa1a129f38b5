"""Write a plan as a programme file in TOML, which `programme_file` reads back as the same plan."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from doanso.targets.plans import IndicatorPlan, ProgrammePlan

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_OMITTED = {"why": "", "denominator": "", "denominator_text": "", "required_grade": 0, "least_grade": 1}
"""Entries with these values are left out, because a file without them means the same."""


def render(plan: ProgrammePlan) -> str:
    """Return the file's text. The catalogue of services is not part of it."""
    lines = [
        f"code = {_value(plan.code)}",
        f"title = {_value(plan.title)}",
        f"root = {_value(plan.root)}",
        f"first_day = {_value(plan.first_day)}",
        f"last_day = {_value(plan.last_day)}",
    ]
    for indicator in plan.indicators:
        lines += ["", "[[indicator]]", *_indicator(indicator)]
    return "\n".join(lines) + "\n"


def _indicator(plan: IndicatorPlan) -> list[str]:
    names = (
        "code", "title", "short_title", "kind", "group", "unit_of_count", "target", "basis", "why", "family",
        "least_grade", "required_grade", "denominator", "denominator_text",
    )  # fmt: skip
    values = {name: getattr(plan, name) for name in names}
    lines = [f"{name} = {_value(value)}" for name, value in values.items() if _OMITTED.get(name) != value]
    if plan.parameters:
        lines.append(f"parameters = {_value(plan.parameters)}")
    if plan.due:
        lines.append(f"due = [{', '.join(_value(day) for day in plan.due)}]")
    return lines


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_text(str(key))} = {_value(below)}" for key, below in value.items()) + " }"
    return str(value) if isinstance(value, int) else _text(str(value))


def _text(value: str) -> str:
    """Return a basic string; control characters other than the named ones are written by number."""
    return '"' + "".join(_ESCAPES.get(char) or _character(char) for char in value) + '"'


def _character(char: str) -> str:
    return f"\\u{ord(char):04X}" if ord(char) < 0x20 or ord(char) == 0x7F else char
