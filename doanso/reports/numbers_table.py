"""The appendix: one row per unit in the columns that committees are used to, whichever apps count them.

A column that no app counts yet, or for which the programme has no indicator, stays empty and is named in a note; no number is
invented for it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from doanso.lib import formats
from doanso.reports.content import ReportColumn
from doanso.targets.models import Indicator
from doanso.targets.queries import IndicatorProgress

type Where = tuple[str, str]
"""The family and the parameter by which a column identifies its indicator in any programme."""

_VNEID = ("adoption.state", "vneid")
_PORTAL, _PORTAL_RESIDENTS = ("adoption.state", "portal"), ("support.people", "portal")
_PAYMENT, _PAYMENT_RESIDENTS = ("adoption.state", "payment"), ("support.people", "payment")
_SHOPS = ("support.businesses", "payment")
_LOCAL_APP = ("adoption.state", "tiengiangs")
_PAIRS, _REFER = ("outreach.pair-visits", ""), ("outreach.referred-two", "")
_STREETS, _MARKETS = ("places.recognised", "digital-street"), ("places.recognised", "cashless-market")
_FESTIVAL, _CONTESTS = ("events.held", "cashless-festival"), ("contests.held", "")
_SIGNED, _ISSUED, _PAPERLESS = ("documents.signed", ""), ("documents.issued", ""), ("meetings.paperless", "")


@dataclass(frozen=True, slots=True)
class UnitNumbers:
    """The figures of one unit on the last day, and on the day before the first."""

    now: Mapping[Where, IndicatorProgress]
    before: Mapping[Where, IndicatorProgress] = field(default_factory=dict)
    members_all: int | None = None
    members: int | None = None
    times: int | None = None

    def value(self, where: Where) -> str:
        """Return the number on the last day."""
        progress = self.now.get(where)
        return "" if progress is None or progress.value is None else formats.number(progress.value)

    def share(self, where: Where) -> str:
        """Return the share as printed per cent; "" where it is not counted."""
        progress = self.now.get(where)
        return (
            ""
            if progress is None or progress.value is None or progress.percent is None
            else formats.percent(progress.percent)
        )

    def target(self, where: Where) -> str:
        """Return the target."""
        progress = self.now.get(where)
        if progress is None or progress.goal is None:
            return ""
        return formats.goal(progress.goal) if progress.is_share else formats.number(progress.goal)

    def in_period(self, where: Where) -> str:
        """Return the increase since the day before the first."""
        progress, then = self.now.get(where), self.before.get(where)
        if progress is None or progress.value is None:
            return ""
        return formats.number(progress.value - ((then.value or 0) if then is not None else 0))


def _number(value: int | None) -> str:
    return "" if value is None else formats.number(value)


def _nobody(_unit: UnitNumbers) -> str:
    return ""


type _Cell = Callable[[UnitNumbers], str]


def _value(where: Where) -> _Cell:
    return lambda unit: unit.value(where)


def _share(where: Where) -> _Cell:
    return lambda unit: unit.share(where)


_MEMBERS, _TEAMS = pgettext_lazy("numbers table", "Members of the Union"), pgettext_lazy("numbers table", "Teams")
_VNEID_2, _PUBLIC = (
    pgettext_lazy("numbers table", "VNeID level 2"),
    pgettext_lazy("numbers table", "Public services account"),
)
_PAY, _APP = pgettext_lazy("numbers table", "Payment account"), pgettext_lazy("numbers table", "TienGiangS")
_PRINCIPLES, _PLACES = pgettext_lazy("numbers table", "1+1 and 1+2"), pgettext_lazy("numbers table", "Models")
_OFFICE = pgettext_lazy("numbers table", "Office")
_RESULT, _PERCENT = pgettext_lazy("numbers table", "Result"), pgettext_lazy("numbers table", "%")
_COUNTED = pgettext_lazy("numbers table", "Members")

_COLUMNS: tuple[tuple[str, str | Promise, str | Promise, _Cell], ...] = (
    ("members-all", _MEMBERS, pgettext_lazy("numbers table", "All"), lambda unit: _number(unit.members_all)),
    ("members", _MEMBERS, pgettext_lazy("numbers table", "Present"), lambda unit: _number(unit.members)),
    ("members-reviewed", _MEMBERS, pgettext_lazy("numbers table", "Reviewed"), _nobody),
    ("vneid-target", _VNEID_2, pgettext_lazy("numbers table", "Target"), lambda unit: unit.target(_VNEID)),
    ("vneid-result", _VNEID_2, _RESULT, _value(_VNEID)),
    ("vneid-percent", _VNEID_2, _PERCENT, _share(_VNEID)),
    ("portal-members", _PUBLIC, _COUNTED, _value(_PORTAL)),
    ("portal-percent", _PUBLIC, _PERCENT, _share(_PORTAL)),
    ("portal-residents", _PUBLIC, pgettext_lazy("numbers table", "Residents, in all"), _value(_PORTAL_RESIDENTS)),
    (
        "portal-residents-in",
        _PUBLIC,
        pgettext_lazy("numbers table", "Residents, in the period"),
        lambda unit: unit.in_period(_PORTAL_RESIDENTS),
    ),
    ("payment-members", _PAY, _COUNTED, _value(_PAYMENT)),
    ("payment-percent", _PAY, _PERCENT, _share(_PAYMENT)),
    ("payment-shops", _PAY, pgettext_lazy("numbers table", "New shops"), _value(_SHOPS)),
    ("payment-residents", _PAY, pgettext_lazy("numbers table", "New residents"), _value(_PAYMENT_RESIDENTS)),
    ("app-members", _APP, _COUNTED, _value(_LOCAL_APP)),
    ("app-percent", _APP, _PERCENT, _share(_LOCAL_APP)),
    ("pair-visits", _PRINCIPLES, pgettext_lazy("numbers table", "1+1 visits"), _value(_PAIRS)),
    ("refer-members", _PRINCIPLES, pgettext_lazy("numbers table", "Members done with 1+2"), _value(_REFER)),
    ("refer-percent", _PRINCIPLES, _PERCENT, _share(_REFER)),
    ("teams", _TEAMS, pgettext_lazy("numbers table", "How many"), _nobody),
    ("teams-times", _TEAMS, pgettext_lazy("numbers table", "Times members took part"), _nobody),
    (
        "help-times",
        _TEAMS,
        pgettext_lazy("numbers table", "Times residents were helped"),
        lambda unit: _number(unit.times),
    ),
    ("streets", _PLACES, pgettext_lazy("numbers table", "Streets"), _value(_STREETS)),
    ("markets", _PLACES, pgettext_lazy("numbers table", "Markets"), _value(_MARKETS)),
    ("festivals", _PLACES, pgettext_lazy("numbers table", "Festivals"), _value(_FESTIVAL)),
    ("documents-signed", _OFFICE, pgettext_lazy("numbers table", "Signed documents"), _share(_SIGNED)),
    ("documents-issued", _OFFICE, pgettext_lazy("numbers table", "Documents issued online"), _share(_ISSUED)),
    ("meetings", _OFFICE, pgettext_lazy("numbers table", "Paperless meetings"), _share(_PAPERLESS)),
    ("contests", _OFFICE, pgettext_lazy("numbers table", "Contests"), _value(_CONTESTS)),
    ("news", _OFFICE, pgettext_lazy("numbers table", "News items"), _nobody),
)


def columns() -> tuple[ReportColumn, ...]:
    """Return the columns, in order."""
    return tuple(ReportColumn(key, str(title), str(over)) for key, over, title, _cell in _COLUMNS)


def cells(unit: UnitNumbers) -> tuple[str, ...]:
    """Return one unit's row."""
    return tuple(cell(unit) for _key, _over, _title, cell in _COLUMNS)


def empty_note(rows: Sequence[Sequence[str]]) -> str:
    """Return a note naming the columns that nothing counts yet, under their headings; "" if all are counted."""
    empty: dict[str, list[str]] = {}
    for place, (_key, over, title, _cell) in enumerate(_COLUMNS):
        if not any(row[place] for row in rows):
            empty.setdefault(str(over), []).append(str(title))
    named = "; ".join(f"{over} ({', '.join(titles)})" for over, titles in empty.items())
    return _("No figures yet (chưa có số liệu), so left empty: %(columns)s.") % {"columns": named} if named else ""


def where_of(indicator: Indicator) -> Where:
    """Return the key by which a column looks up an indicator."""
    counts = indicator.parameters.get("counts", {})
    named = next((str(counts[name]) for name in ("service", "place", "event") if name in counts), "")
    return indicator.family, named
