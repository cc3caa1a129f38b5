"""Template tags of the product's design; every template has them without `{% load %}`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from html import escape as plain_escape
from typing import Any, Literal, TypedDict

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Select
from django.forms.widgets import ChoiceWidget, Input
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import formats
from doanso.lib.charts import bars, lines, words
from doanso.lib.charts.words import STATES

register = template.Library()

# States of figures that show no shape in the heat table.
_UNMARKED = {"on", "none", "missed"}
SPRITE = "vendor/tabler-icons/sprite.svg"
# The meaning of each grade of evidence, weakest first; the same words on every page.
GRADES = (
    gettext_lazy("Told by the person"),
    gettext_lazy("Seen by one person"),
    gettext_lazy("Attested by a 1+1 pair"),
    gettext_lazy("Confirmed by the person helped"),
    gettext_lazy("Re-checked by a call"),
)

register.filter("vi_number", formats.number)
register.filter("vi_percent", formats.percent)
register.filter("vi_goal", formats.goal)
register.filter("vi_tenths", formats.tenths)
register.filter("vi_day", formats.day)
register.filter("vi_short_day", formats.short_day)
register.filter("vi_datetime", formats.moment)
register.filter("vi_time", formats.time_of_day)
register.filter("initials", formats.initials)
register.filter("vi_figure", words.figure)
register.filter("vi_target", words.goal)
register.simple_tag(bars.ring)
register.simple_tag(bars.ranking_bar)
register.simple_tag(bars.elapsed_bar)
register.simple_tag(lines.line_chart)
register.simple_tag(lines.small_chart)


@register.filter
def state_name(state: str) -> str:
    """Return the word for a state of a target."""
    return str(STATES[state])


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Return a Tabler outline icon. With a label it is announced; without one it only accompanies a word."""
    if label:
        css = f"icon icon-{size}" if size else "icon"
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}#{}"/></svg>', css, label, static(SPRITE), name
        )
    return _silent_icon(name, size)


@lru_cache(maxsize=512)
def _silent_icon(name: str, size: str) -> SafeString:
    """Return an icon without a label, cached: pages draw the same few dozens of them again and again."""
    css = f"icon icon-{size}" if size else "icon"
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css, static(SPRITE), name)


@register.simple_tag
def state_mark(state: str) -> SafeString:
    """Return shape and colour of a state; the word must be beside it."""
    return format_html('<span class="ds-g" data-s="{}"></span>', state)


@register.simple_tag
def state_pill(state: str, text: str = "") -> SafeString:
    """Return shape, colour and word of a state; `text` replaces the word."""
    return format_html(
        '<span class="ds-pill" data-s="{0}"><span class="ds-g" data-s="{0}"></span>{1}</span>',
        state,
        text or STATES[state],
    )


@register.simple_tag
def heat_rows(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the rows of `parts/heat.html`, in one pass: a dashboard has hundreds of cells.

    A row that sums others up shows no marks; neither do figures on pace, of which nobody must do anything.
    """
    names = words.state_names()
    parts = []
    for row in rows:
        is_sum = row.get("sum", False)
        size = f"<small>{formats.number(row['size'])}</small>" if row.get("size") is not None else ""
        name = escape(row["name"])
        head = f'<a href="{plain_escape(row["url"])}">{name}</a>' if row.get("url") else name
        parts.append(f'<tr{' class="sum"' if is_sum else ""}><th scope="row">{head}{size}</th>')
        for cell in row["cells"]:
            state, url = cell["state"], cell.get("url")
            opening, closing = (f'<a href="{plain_escape(url)}">', "</a>") if url else ("<span>", "</span>")
            mark = "" if is_sum or state in _UNMARKED else f'<span class="ds-g" data-s="{state}"></span>'
            parts.append(
                f'<td data-s="{state}">{opening}{mark}<span class="ds-vh">{names[state]}: </span>'
                f"{formats.tenths(cell['tenths'])}{closing}</td>"
            )
        parts.append("</tr>")
    return mark_safe("".join(parts))  # noqa: S308 -- names and addresses are escaped, states are ours, figures are digits


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Return a person's initials in a circle; the name must be beside it."""
    css = f"ds-av ds-av-{size}" if size else "ds-av"
    return format_html('<span class="{}" aria-hidden="true">{}</span>', css, formats.initials(name))


@register.simple_tag
def target_bar(
    state: str,
    value: float | Literal[""] | None,
    target: float | Literal[""] | None,
    pace: float | Literal[""] | None = None,
    forecast: float | Literal[""] | None = None,
    kind: str = "count",
) -> SafeString:
    """Return an indicator's bar. All numbers are of one unit; the label adds what the text beside it does not contain."""
    parts = []
    if pace is not None and pace != "":
        parts.append(_("should be at %(pace)s today") % {"pace": words.figure(int(pace), kind)})
    if forecast is not None and forecast != "":
        parts.append(_("forecast %(forecast)s") % {"forecast": words.figure(int(forecast), kind)})
    sentence = ", ".join(parts)
    # A row may lack a number; the template then passes "".
    value, target, pace, forecast = (None if number == "" else number for number in (value, target, pace, forecast))
    return bars.bar(state, value, target, pace=pace, forecast=forecast, sentence=sentence[:1].upper() + sentence[1:])


type GradeWords = Mapping[int, str | Promise]


def grade_parts(grades: Sequence[int], words: GradeWords | None = None) -> list[dict[str, Any]]:
    """Return the grades that occur, weakest first, with their share of the whole rounded down to tenths of a per cent.

    `words` are those of the figure's family, where the usual words of a grade do not fit.
    """
    total, own = sum(grades), words or {}
    return [
        {"grade": grade, "name": str(own.get(grade, GRADES[grade])), "count": count, "tenths": count * 1000 // total}
        for grade, count in enumerate(grades)
        if count > 0
    ]


@register.simple_tag
def grade_bar(grades: Sequence[int], words: GradeWords | None = None) -> SafeString:
    """Return the evidence of a figure: a bar of the grades' shares, then the same in words and numbers; empty without any."""
    parts = grade_parts(grades, words)
    if not parts:
        return SafeString("")
    shares = ", ".join(f"{part['name']} {formats.percent(part['tenths'])}" for part in parts)
    bar = bars.stack([max(count, 0) for count in grades], _("Evidence: %(grades)s") % {"grades": shares})
    legend = "".join(
        f'<span><svg width="10" height="10" aria-hidden="true"><rect class="g{part["grade"]}" width="10" height="10" rx="2"/>'
        f"</svg>{escape(part['name'])} <b>{formats.percent(part['tenths'])}</b>"
        f" ({formats.number(part['count'])})</span>"
        for part in parts
    )
    html = f'<span class="ds-evidence">{bar}<span class="ds-grade-words">{legend}</span></span>'
    return mark_safe(html)  # noqa: S308 -- digits, and words that are escaped


@register.simple_tag
def target_row(row: Mapping[str, Any]) -> SafeString:
    """Return the whole of `parts/target.html`, in one pass: pages of targets have dozens."""
    state, value, target, kind = row["state"], row["value"], row["target"], row["kind"]
    url = row.get("url")
    opening, closing = (
        (f'<a class="ds-target" data-target href="{escape(url)}">', "</a>")
        if url
        else ('<div class="ds-target" data-target>', "</div>")
    )
    figure = formats.NONE if state == "none" and value is None else f"<b>{words.figure(value, kind)}</b>"
    if target is not None:
        figure = f"{figure} / {words.goal(target, kind)}"
    elif state == "none" and value is None:
        figure = ""
    bar = "" if value is None else target_bar(state, value, target, row.get("pace"), row.get("forecast"), kind)
    html = (
        f'{opening}\n  <span class="ds-target-l">{state_mark(state)}<span class="n">{escape(row["title"])}</span>'
        f'<span class="v">{figure}</span></span>\n  {bar}\n  <span class="ds-target-s">'
        f'<b class="ds-tx" data-s="{state}">{escape(state_name(state))}</b><span>{escape(_row_words(row))}</span></span>\n  '
        f"{closing}\n"
    )
    return mark_safe(html)  # noqa: S308 -- what comes from people is escaped above


def _row_words(row: Mapping[str, Any]) -> str:
    """Return since when a target is met, else the row's note, else its forecast; empty where there is none of these."""
    if row.get("met_on"):
        return _("Met on %(day)s") % {"day": formats.day(row["met_on"])}
    if row.get("note"):
        return str(row["note"])
    if row.get("forecast") is None:
        return ""
    forecast = {"day": formats.short_day(row["until"]), "value": words.figure(row["forecast"], row["kind"])}
    return _("Forecast for %(day)s: %(value)s") % forecast


@register.simple_tag
def progress_bar(done: int, total: int, label: str) -> SafeString:
    """Return the progress bar of a piece of work, for instance an import."""
    share = int(bars.share_of(done, total) or 0)
    return format_html(
        '<div role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{}">{}</div>',
        label, share, bars.bar("met", done, total),
    )  # fmt: skip


class FieldContext(TypedDict):
    """The context of `parts/field.html`."""

    field: BoundField
    control: BoundField | SafeString
    label: str
    help: str
    help_id: str
    error_id: str
    single: bool
    choices: bool
    search: bool


def _control_class(field: BoundField) -> str:
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "form-check-input"
    return "form-select" if isinstance(widget, Select) else "form-control"


@register.inclusion_tag("parts/field.html")
def field(
    field: BoundField,
    label: str = "",
    help: str = "",  # noqa: A002
    placeholder: str = "",
    search: bool = False,
) -> FieldContext:
    """Return a form field with label, help and errors above it, linked by ids for screen readers.

    A blank `help` hides the field's own. In a search every field may stay empty, so `search` leaves that remark out.
    """
    widget = field.field.widget
    choices = isinstance(widget, ChoiceWidget) and not isinstance(widget, Select)
    help_text = (help or str(field.help_text)).strip()
    help_id, error_id = f"{field.auto_id}_help", f"{field.auto_id}_error"
    described = [name for name, content in ((help_id, help_text), (error_id, field.errors)) if content]
    attrs: dict[str, Any] = {"class": " ".join(filter(None, [widget.attrs.get("class"), _control_class(field)]))}
    # An explicit value replaces the ids of help and errors that Django would add.
    attrs["aria-describedby"] = " ".join(described) or None
    if placeholder and isinstance(widget, Input):
        attrs["placeholder"] = placeholder.strip()
    return {
        "field": field,
        "control": field if choices else field.as_widget(attrs={name: value for name, value in attrs.items() if value}),
        "label": label or str(field.label),
        "help": help_text,
        "help_id": help_id,
        "error_id": error_id,
        "single": isinstance(widget, CheckboxInput),
        "choices": choices,
        "search": search,
    }


class SortContext(TypedDict):
    """The context of `parts/sort.html`."""

    label: str
    query: str
    direction: str
    css: str


@register.inclusion_tag("parts/sort.html", takes_context=True)
def sort_head(
    context: template.Context,
    key: str,
    label: str,
    default: bool = False,
    css: str = "",
) -> SortContext:
    """Return a column head that sorts by `key`: the address has `?sort=key` for ascending and `?sort=-key` for descending
    order.

    `default` marks the column by which the list is sorted without a parameter; `css` is the head's class, the same as its
    cells'.
    """
    request: HttpRequest = context["request"]
    current = request.GET.get("sort", key if default else "")
    direction = {key: "ascending", f"-{key}": "descending"}.get(current, "")
    query = request.GET.copy()
    query["sort"] = f"-{key}" if direction == "ascending" else key
    for leaves_with_order in ("page", "after", "before"):
        query.pop(leaves_with_order, None)
    return {"label": label, "query": query.urlencode(), "direction": direction, "css": css}


@register.filter
def note_state(message: Message) -> str:
    """Return the state of a note for a message's level."""
    return {constants.SUCCESS: "on", constants.WARNING: "behind", constants.ERROR: "risk"}.get(message.level, "")


@register.filter
def note_icon(state: str) -> str:
    """Return the icon of a note, so that its state is not shown by colour alone."""
    return {"on": "circle-check", "behind": "alert-triangle", "risk": "alert-circle"}.get(state, "info-circle")


def _real_time(value: datetime | None, shown: str) -> str:
    """Return a moment as a `<time>` marked as real, by which a walk over a demo knows it from a day outside the demo's world."""
    if value is None:
        return shown
    return format_html('<time datetime="{}" data-real>{}</time>', iso(value), shown)


@register.filter
def vi_real_day(value: datetime | None) -> str:
    """Return the day of a moment that is real in a demo too (`formats.real_day`), as a `<time>`."""
    return _real_time(value, formats.real_day(value))


@register.filter
def vi_real_datetime(value: datetime | None) -> str:
    """Return a moment that is real in a demo too (`formats.real_moment`), as a `<time>`."""
    return _real_time(value, formats.real_moment(value))


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return the value of the `datetime` attribute of a `<time>`."""
    return "" if value is None else value.isoformat()
