"""HTML of the dashboard's repeated rows, each kind in one pass: a page of twenty units has a hundred of them.

What comes from people is escaped here; the rest is numbers and names of states.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.charts import words
from doanso.lib.charts.bars import ranking_bar
from doanso.lib.charts.lines import small_chart
from doanso.targets.queries import IndicatorProgress


def _joined(parts: Iterable[str]) -> SafeString:
    return mark_safe("".join(parts))  # noqa: S308 -- each part is made of escaped words, see the module


def _mark(state: str) -> str:
    return f'<span class="ds-g" data-s="{state}"></span>'


def render_indicator_charts(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the small charts, each a link that puts its indicator in front."""
    parts = []
    for row in rows:
        one: IndicatorProgress = row["one"]
        current = ' aria-current="true"' if row["current"] else ""
        goal = f"<span>/ {words.goal(one.goal, one.kind)}</span>" if one.goal is not None else ""
        weak = f'<span class="weak">{escape(row["weak"])}</span>' if row["weak"] else ""
        parts.append(
            f'<a href="{escape(row["url"])}" id="one-{one.code}"{current}><span class="n">{_mark(one.state)}'
            f'<span class="cut">{escape(one.short_title)}</span></span>{small_chart(row["trend"])}'
            f'<span class="v"><b>{words.figure(one.figure, one.kind)}</b>{goal}</span>{weak}</a>'
        )
    return _joined(parts)


def indicator_table(rows: Sequence[Mapping[str, Any]], *, running: bool) -> SafeString:
    """Return the table rows behind the small charts: title, figure, target, and while the programme runs pace and forecast."""
    names = words.state_names()
    parts = []
    for row in rows:
        one: IndicatorProgress = row["one"]
        cells = [words.figure(one.figure, one.kind), words.goal(one.goal, one.kind)]
        later = [words.figure(one.pace, one.kind), words.figure(one.forecast, one.kind)] if running else []
        parts.append(
            f'<tr><th scope="row">{escape(one.short_title)}</th>'
            + "".join(f'<td class="ds-end">{cell}</td>' for cell in cells)
            + "".join(f'<td class="ds-end ds-only-l">{cell}</td>' for cell in later)
            + f"<td>{names[one.state]}</td></tr>"
        )
    return _joined(parts)


def map_table(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the table rows behind the map: unit, figure, state."""
    names = words.state_names()
    return _joined(
        f'<tr><th scope="row"><a class="name" href="{escape(row["url"])}">{escape(row["name"])}</a></th>'
        f'<td class="ds-end">{row["value"]}</td><td>{names[row["state"]]}</td></tr>'
        for row in rows
    )


def ranking(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the list items of a ranking: place, unit, bar, indicators on pace, and the places that it has risen."""
    risen = escape(_("places up:"))
    parts = []
    for row in rows:
        up = (
            f' <span class="ds-mv" data-d="up">▲ <span class="ds-vh">{risen} </span>{row["up"]}</span>'
            if row["up"]
            else ""
        )
        parts.append(
            f'<li><span class="no">{row["place"]}</span><a href="{escape(row["url"])}">{escape(row["name"])}</a>'
            f"{ranking_bar(row['on'], row['behind'], row['risk'], row['sentence'], missed=row['missed'])}"
            f'<span class="v"><b>{row["on"]}</b><small>/{row["all"]}</small>{up}</span></li>'
        )
    return _joined(parts)


def cards(rows: Sequence[Mapping[str, Any]]) -> SafeString:
    """Return the cards of units for phones: name, indicators on pace, and those that are latest."""
    on_pace = _("%(on)s/%(all)s on pace")
    parts = []
    for row in rows:
        late = "".join(
            f'<span class="ds-pill" data-late data-s="{state}">{_mark(state)}{escape(title)} {formats.tenths(tenths)}</span>'
            for state, title, tenths in row["late"]
        )
        picks = f'<span class="picks">{late}</span>' if late else ""
        parts.append(
            f'<a class="ds-uc" href="{escape(row["url"])}"><span class="ds-between"><b>{escape(row["name"])}</b>'
            f'<span class="ds-quiet">{escape(on_pace % {"on": row["on"], "all": row["all"]})}</span></span>{picks}</a>'
        )
    return _joined(parts)
