"""Sentences of reports composed from numbers, in one place, so that every format says the same."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.translation import gettext as _

from doanso.documents.kinds import kind_named, symbol
from doanso.documents.queries.letterheads import LetterheadValues
from doanso.lib import formats
from doanso.official_form.head import DocumentHead
from doanso.reports.content import ReportLine
from doanso.reports.rules.spans import ReportSpan
from doanso.targets.queries import IndicatorProgress

SHARES = frozenset({"share", "rule"})


def change(line: ReportLine) -> str:
    """Return how the days of the report changed one indicator, against the previous report; "" where nothing counts it."""
    if line.total is None or line.in_period is None:
        return ""
    figures = {
        "title": line.title,
        "moved": _moved(line.in_period, line.unit_of_count),
        "stands": _stands(line),
    }
    text = _("%(title)s: %(moved)s, %(stands)s") % figures
    if line.previous is not None:
        text += _("; the period before %(moved)s") % {"moved": _moved(line.previous)}
    return f"{text}."


def _moved(number: int, unit_of_count: str = "") -> str:
    counted = f" {unit_of_count}" if unit_of_count else ""
    if number == 0:
        return _("nothing more")
    if number < 0:
        return _("%(number)s%(counted)s less") % {"number": formats.number(-number), "counted": counted}
    return _("%(number)s%(counted)s more") % {"number": formats.number(number), "counted": counted}


def _stands(line: ReportLine) -> str:
    total = formats.number(line.total)
    if line.kind in SHARES:
        if not line.denominator:
            return _("%(total)s in all") % {"total": total}
        text = _("%(total)s of %(whole)s in all (%(percent)s") % {
            "total": total,
            "whole": formats.number(line.denominator),
            "percent": formats.percent(line.percent),
        }
        owed = _("; target %(target)s") % {"target": formats.goal(line.target * 10)} if line.target is not None else ""
        return f"{text}{owed})"
    if line.target is None:
        return _("%(total)s in all") % {"total": total}
    return _("%(total)s/%(target)s in all (%(percent)s)") % {
        "total": total,
        "target": formats.number(line.target),
        "percent": formats.percent(line.percent),
    }


def changes(lines: Iterable[ReportLine]) -> tuple[str, ...]:
    """Return what changed since the previous report, one sentence per counted indicator."""
    return tuple(text for text in map(change, lines) if text)


def figure(progress: IndicatorProgress) -> str:
    """Return the figure of an indicator in words."""
    return formats.percent(progress.percent) if progress.is_share else formats.number(progress.value)


def goal(progress: IndicatorProgress) -> str:
    """Return the target of the indicator in words."""
    return formats.goal(progress.goal) if progress.is_share else formats.number(progress.goal)


def given_below(indicators: Sequence[IndicatorProgress]) -> list[str]:
    """Return sentences on targets given to the units below that do not add up to the unit's own."""
    sentences = []
    for progress in indicators:
        check = progress.sum_check
        if check is None or not check.difference:
            continue
        write = formats.goal if check.is_share else formats.number
        sentences.append(
            _("%(title)s: the units below were given %(given)s, %(owed)s is owed.")
            % {"title": progress.title, "given": write(check.given), "owed": write(check.owed)}
        )
    return sentences


def opening(on: date) -> str:
    """Return the first sentence of the results."""
    return _("By the end of %(day)s the targets stand as follows.") % {"day": formats.day(on)}


def summary(programme: str, span: ReportSpan) -> str:
    """Return the subject of the report, as printed under its name."""
    days = span.title[:1].lower() + span.title[1:]
    return _("Results of the programme “%(programme)s”, %(days)s") % {"programme": programme, "days": days}


def head(letterhead: LetterheadValues, *, form: str, summary: str, dated: date) -> DocumentHead:
    """Return the head of a report. The Union writes "Số: 05-BC/ĐTN", the state "Số: 05/BC-ĐTN"."""
    return DocumentHead(
        superior=letterhead.superior,
        issuer=letterhead.issuer,
        symbol=symbol(form, kind_named("report"), letterhead.symbol),
        place=letterhead.place,
        dated=dated,
        type_name="BÁO CÁO",
        summary=summary,
        to=letterhead.to,
        authority=letterhead.authority,
        post=letterhead.post,
        signer=letterhead.signer,
        recipients=letterhead.recipients,
    )
