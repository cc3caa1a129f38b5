"""Template tags of the product's design; every template has them without `{% load %}`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypedDict

from django import template
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.forms import BoundField, CheckboxInput, Select
from django.forms.widgets import ChoiceWidget, Input
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.lib import clock, drawing, formats

register = template.Library()

SPRITE = "vendor/tabler-icons/sprite.svg"
# One word for each of the five states of a target, the same on every page.
STATES = {
    "met": gettext_lazy("Target met"),
    "on": gettext_lazy("On pace"),
    "behind": pgettext_lazy("state of a target", "Behind"),
    "risk": gettext_lazy("At risk"),
    "none": gettext_lazy("No figures yet"),
}
SHARES = {"share", "rule"}
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
register.filter("business_day", clock.business_day)


@register.filter
def vi_figure(value: int | Decimal | None, kind: str) -> str:
    """Format a figure of an indicator: tenths of a percent for shares and rules, a plain number for the rest."""
    return formats.percent(value) if kind in SHARES and not isinstance(value, Decimal) else formats.number(value)


@register.filter
def vi_target(value: int | Decimal | None, kind: str) -> str:
    """Format a target like `vi_figure`, but without a zero decimal."""
    return formats.goal(value) if kind in SHARES and not isinstance(value, Decimal) else formats.number(value)


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
def heat_cells(cells: Sequence[Mapping[str, Any]], is_sum: bool = False) -> SafeString:
    """Return the cells of one row of `parts/heat.html`, in one pass: a dashboard has hundreds of them.

    A row that sums others up shows no marks.
    """
    names = {state: escape(name) for state, name in STATES.items()}
    parts = []
    for cell in cells:
        state = cell["state"]
        opening, closing = (f'<a href="{escape(cell["url"])}">', "</a>") if cell.get("url") else ("<span>", "</span>")
        mark = "" if is_sum or state in {"on", "none"} else f'<span class="ds-g" data-s="{state}"></span>'
        parts.append(
            f'<td data-s="{state}">{opening}{mark}<span class="ds-vh">{names[state]}: </span>'
            f"{formats.tenths(cell['tenths'])}{closing}</td>"
        )
    return mark_safe("".join(parts))  # noqa: S308 -- addresses are escaped, states are ours, figures are digits


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
        parts.append(_("should be at %(pace)s today") % {"pace": vi_figure(int(pace), kind)})
    if forecast is not None and forecast != "":
        parts.append(_("forecast %(forecast)s") % {"forecast": vi_figure(int(forecast), kind)})
    sentence = ", ".join(parts)
    # A row may lack a number; the template then passes "".
    value, target, pace, forecast = (None if number == "" else number for number in (value, target, pace, forecast))
    return drawing.bar(state, value, target, pace=pace, forecast=forecast, sentence=sentence[:1].upper() + sentence[1:])


def grade_parts(grades: Sequence[int]) -> list[dict[str, Any]]:
    """Return the grades that occur, weakest first, with their share of the whole rounded down to tenths of a per cent."""
    total = sum(grades)
    return [
        {"grade": grade, "name": str(GRADES[grade]), "count": count, "tenths": count * 1000 // total}
        for grade, count in enumerate(grades)
        if count > 0
    ]


@register.simple_tag
def grade_bar(grades: Sequence[int], counts: bool = True) -> SafeString:
    """Return the evidence of a figure: a bar of the grades' shares, then the same in words and numbers; empty without any."""
    parts = grade_parts(grades)
    if not parts:
        return SafeString("")
    shares = ", ".join(f"{part['name']} {formats.percent(part['tenths'])}" for part in parts)
    bar = drawing.stack([max(count, 0) for count in grades], _("Evidence: %(grades)s") % {"grades": shares})
    words = "".join(
        f'<span><svg width="10" height="10" aria-hidden="true"><rect class="g{part["grade"]}" width="10" height="10" rx="2"/>'
        f"</svg>{escape(part['name'])} <b>{formats.percent(part['tenths'])}</b>"
        f"{f' ({formats.number(part["count"])})' if counts else ''}</span>"
        for part in parts
    )
    html = f'<span class="ds-evidence">{bar}<span class="ds-grade-words">{words}</span></span>'
    return mark_safe(html)  # noqa: S308 -- digits, and words that are escaped


@register.simple_tag
def target_row(row: Mapping[str, Any]) -> SafeString:
    """Return the whole of `parts/target.html`, in one pass: pages of targets have dozens."""
    state, value, target, kind = row["state"], row["value"], row["target"], row["kind"]
    url = row.get("url")
    opening, closing = (
        (f'<a class="ds-target" href="{escape(url)}">', "</a>") if url else ('<div class="ds-target">', "</div>")
    )
    figure = formats.NONE if state == "none" and value is None else f"<b>{vi_figure(value, kind)}</b>"
    if target is not None:
        figure = f"{figure} / {vi_target(target, kind)}"
    elif state == "none" and value is None:
        figure = ""
    bar = "" if value is None else target_bar(state, value, target, row.get("pace"), row.get("forecast"), kind)
    html = (
        f'{opening}\n  <span class="ds-target-l">{state_mark(state)}<span class="n">{escape(row["title"])}</span>'
        f'<span class="v">{figure}</span></span>\n  {bar}\n  <span class="ds-target-s">'
        f'<b class="ds-tx" data-s="{state}">{escape(state_name(state))}</b><span>{escape(_row_words(row))}</span></span>\n  '
        f"{grade_bar(row['grades'], counts=False) if row.get('grades') else ''}\n{closing}\n"
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
    words = {"day": formats.short_day(row["until"]), "value": vi_figure(row["forecast"], row["kind"])}
    return _("Forecast for %(day)s: %(value)s") % words


@register.simple_tag
def progress_bar(done: int, total: int, label: str) -> SafeString:
    """Return the progress bar of a piece of work, for instance an import."""
    share = int(drawing.share_of(done, total) or 0)
    return format_html(
        '<div role="progressbar" aria-label="{}" aria-valuemin="0" aria-valuemax="100" aria-valuenow="{}">{}</div>',
        label, share, drawing.bar("met", done, total),
    )  # fmt: skip


@register.simple_tag
def week_bar(state: str, done: int, target: int) -> SafeString:
    """Return the bar of a week's number; figure and words must be beside it."""
    return drawing.bar(state, done, target)


@register.simple_tag
def year_bar(since: date, until: date, today: date) -> SafeString:
    """Return the bar of elapsed time of a period. `until` is its last day, named under the bar."""
    span = max((until - since).days, 1)
    share = drawing.share_of((today - since).days, span) or 0
    middle = date.fromordinal(since.toordinal() + span // 2)
    # The label of today must not overlap the days named at both ends.
    words: list[tuple[float, str, str]] = [
        (0, "start", formats.short_day(since)),
        (100, "end", formats.short_day(until)),
    ]
    if abs(share - 50) > 16:
        words.append((50, "middle", formats.short_day(middle)))
    if 12 < share < 84:
        words.append((share, "middle", _("Today")))
    texts = format_html_join(
        "",
        '<text x="{}%" y="28" text-anchor="{}">{}</text>',
        ((str(place), anchor, word) for place, anchor, word in words),
    )
    sentence = _("%(share)s of the period is over, %(days)s days are left") % {
        "share": f"{int(share)}%",
        "days": formats.number(max((until - today).days, 0)),
    }
    return format_html(
        '<svg class="ds-year" role="img" aria-label="{}"><rect class="t" y="5" width="100%" height="8" rx="4"/>'
        '<rect class="v" y="5" width="{}%" height="8" rx="4"/><rect class="p" x="{}%" y="2" width="2" height="14"/>{}</svg>',
        sentence, str(share), str(share), texts,
    )  # fmt: skip


@register.simple_tag
def trend_chart(
    points: Sequence[tuple[date, int]],
    title: str,
    state: str,
    kind: str,
    since: date,
    until: date,
    target: int | None = None,
    pace: bool = False,
    forecast: int | None = None,
) -> SafeString:
    """Return an indicator's chart over its period. `until` is the last day; `pace` draws a straight line up to the target."""
    top = 1000 if kind in SHARES and max([0, *(value for _day, value in points)]) <= 1000 else None
    drawn = drawing.Trend(points, since, until, target, pace, forecast, top)
    sentence = _("%(title)s: no figures yet") % {"title": title}
    label = ""
    if points:
        (first_day, first), (last_day, last) = points[0], points[-1]
        label = vi_figure(last, kind)
        sentence = _("%(title)s: from %(first)s on %(first_day)s to %(last)s on %(last_day)s") % {
            "title": title,
            "first": vi_figure(first, kind),
            "first_day": formats.day(first_day),
            "last": label,
            "last_day": formats.day(last_day),
        }
        if target is not None:
            sentence += ". " + _("The target is %(target)s") % {"target": vi_target(target, kind)}
    return drawing.trend(
        state,
        drawn,
        sentence,
        value_label=label,
        axis_labels=["", vi_target(int(drawn.height / 2), kind), vi_target(int(drawn.height), kind)],
        day_labels=[formats.short_day(day) for day in drawn.ticks()],
    )


@register.simple_tag
def sparkline(values: Sequence[int], label: str, state: str = "none") -> SafeString:
    """Return a small line without axes; `label` says in words what it shows."""
    return drawing.spark(state, values, label)


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


@register.filter
def iso(value: date | datetime | None) -> str:
    """Return the value of the `datetime` attribute of a `<time>`."""
    return "" if value is None else value.isoformat()
