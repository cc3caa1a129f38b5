"""The card of a place's lists and checks on its page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.panels import Panel
from doanso.places.kinds import kind_named
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries.addresses import ListCount, list_counts
from doanso.places.queries.assessments import judgements_of
from doanso.places.queries.stalls import StallCounts, stall_counts
from doanso.places.values.checks import CHECK_FORMULAS
from doanso.places.values.remembered import remembered


def lists_card(_actor: User, page: PlacePage) -> Panel:
    """Return the card: what the lists hold, with links to them, to survey sheets and to checks."""
    place, key = page.place, [page.place.pk]
    is_market = kind_named(place.kind).is_market
    lines = [_stalls_line(page)] if is_market else [_addresses_line(page)]
    if page.rights.records:
        sheets = {"label": _("Enter survey sheets"), "url": reverse("places:sheets", args=key)}
        source = (
            _("What traders answered, typed from the paper.")
            if is_market
            else _("What was seen from door to door, typed from the paper.")
        )
        lines.append(sheets | {"detail": source, "value": ""})
        paper = {
            "label": _("Print survey sheets"),
            "url": reverse("places:print-sheets", args=key),
            "detail": "",
            "value": "",
        }
        lines.append(paper)
    checked, whole = _checked_count(page)
    if whole:
        words = _("%(checked)s of %(whole)s criteria that people check have a check") % {
            "checked": checked,
            "whole": whole,
        }
        lines.append({"label": _("Checks"), "url": reverse("places:checks", args=key), "detail": words, "value": ""})
    return Panel("places/registers_panel.html", {"is_market": is_market, "lines": lines})


def listed_count(page: PlacePage) -> int:
    """Return how many doors or stalls the list of a place holds; read once for the page and its card."""
    if kind_named(page.place.kind).is_market:
        return _stall_counts(page).stalls
    return sum(count.now for count in _address_counts(page))


def _checked_count(page: PlacePage) -> tuple[int, int]:
    """Return how many of the place's criteria that people check have a check, and how many there are."""
    values = [each.value for each in judgements_of(page.place, page.on) if each.criterion.formula in CHECK_FORMULAS]
    return sum(value.check_id is not None for value in values), len(values)


def _stall_counts(page: PlacePage) -> StallCounts:
    return remembered(page.place, ("stalls", page.on), lambda: stall_counts(page.place, page.on))


def _address_counts(page: PlacePage) -> list[ListCount]:
    return remembered(page.place, ("addresses", page.on), lambda: list_counts(page.place, page.on))


def _stalls_line(page: PlacePage) -> dict[str, str]:
    counts = _stall_counts(page)
    return {
        "label": _("Stalls"),
        "url": reverse("places:stalls", args=[page.place.pk]),
        "detail": _("%(traded)s are traded at") % {"traded": formats.number(counts.traded)},
        "value": formats.number(counts.stalls),
    }


def _addresses_line(page: PlacePage) -> dict[str, str]:
    counts = _address_counts(page)
    words = [f"{formats.number(count.now)} {count.label.lower()}" for count in counts if count.now]
    return {
        "label": _("House list"),
        "url": reverse("places:addresses", args=[page.place.pk]),
        "detail": ", ".join(words) or _("still empty"),
        "value": formats.number(sum(count.now for count in counts)),
    }


def register() -> None:
    """Register the card; called once at start-up."""
    place_panels.register("places.registers", "side", 10, lists_card)
