"""The form of a page as somebody would send it: what it shows, and something in each field that is empty."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlsplit

DAY = "12/11/2023"
NAME = "Lê Thị Hoa"


_BY_NAME = {"username": "le.hoa", "password": "mưa rơi trên sông Tiền", "again": "mưa rơi trên sông Tiền"}


@dataclass
class _Control:
    """A field of a form, with the values that it offers."""

    name: str
    kind: str
    attributes: dict[str, str]
    value: str = ""
    offered: list[str] = field(default_factory=list)

    @property
    def is_required(self) -> bool:
        """Whether it must be filled: the page says so, or refused it empty."""
        return "required" in self.attributes or self.attributes.get("aria-invalid") == "true"


@dataclass
class _PageForm:
    """A form of a page that sends, with its fields and the names and values of its buttons."""

    action: str
    controls: list[_Control] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)


class _Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[_PageForm] = []
        self._open: _PageForm | None = None
        self._last: _Control | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = (
                _PageForm(attributes.get("action", "")) if attributes.get("method", "").lower() == "post" else None
            )
            if self._open is not None:
                self.forms.append(self._open)
        elif tag == "option" and self._last is not None:
            self._last.offered.append(attributes.get("value", ""))
            if "selected" in attributes:
                self._last.value = attributes.get("value", "")
        elif self._open is not None and attributes.get("name") and "disabled" not in attributes:
            self._add(self._open, tag, attributes)

    def _add(self, form: _PageForm, tag: str, attributes: dict[str, str]) -> None:
        name, value = attributes["name"], attributes.get("value", "")
        kind = attributes.get("type", "text") if tag == "input" else tag
        if kind in ("button", "submit"):
            form.buttons.append((name, value))
        elif kind in ("radio", "checkbox"):
            control = next((other for other in form.controls if other.name == name), None)
            if control is None:
                control = _Control(name, kind, attributes)
                form.controls.append(control)
            control.offered.append(value or "on")
            if "checked" in attributes:
                control.value = value or "on"
        elif tag in ("input", "select", "textarea"):
            control = _Control(name, kind, attributes, value)
            form.controls.append(control)
            self._last = control if tag in ("select", "textarea") else None

    def handle_data(self, data: str) -> None:
        if self._last is not None and self._last.kind == "textarea":
            self._last.value += data.strip()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self._last = None
        elif tag == "form":
            self._open = None


def _something(control: _Control) -> str:
    """Return a value for an empty field: what it offers first, a day, a number, else a name."""
    if control.kind in ("radio", "checkbox", "select"):
        return next((value for value in control.offered if value), "")
    if control.name in _BY_NAME:
        return _BY_NAME[control.name]
    hint = control.attributes.get("placeholder", "")
    if control.attributes.get("inputmode") == "numeric" or control.kind == "number":
        return DAY if hint.count("/") == 2 else hint if hint.isdigit() else control.attributes.get("min") or "2"
    if control.kind == "tel" or control.attributes.get("inputmode") == "tel":
        return "0903123456"
    if ":" in hint or control.kind == "time":
        return "08:00"
    if control.kind == "email":
        return "hoa@example.org"
    return "https://example.org/" if control.kind == "url" else NAME


def filled_forms(text: str, page: str, path: str) -> Iterator[dict[str, str]]:
    """Yield what the forms of `page` might send to `path`: only the required fields filled, then all of them, by each button."""
    for form in _Forms(text).forms:
        if (urlsplit(form.action).path or page) != path:
            continue
        for is_full in (False, True):
            values = {control.name: control.value for control in form.controls if control.value}
            for control in form.controls:
                is_empty = not control.value and control.kind not in ("hidden", "file")
                if is_empty and (is_full or control.is_required):
                    values[control.name] = _something(control)
            yield from ({**values, name: value} for name, value in form.buttons or [("", "")])
