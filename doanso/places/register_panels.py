"""The card of a place's lists and checks on its page."""

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.panels import Panel
from doanso.places import policy
from doanso.places.kinds import kind_named
from doanso.places.ports import PlacePage, place_panels
from doanso.places.queries import checks as check_reads
from doanso.places.queries.addresses import list_counts
from doanso.places.queries.stalls import stall_counts
from doanso.places.values.remembered import remembered


def lists_card(actor: User, page: PlacePage) -> Panel:
    """Return the card: what the lists hold, with links to them, to survey sheets and to checks; at most four statements."""
    place, key = page.place, [page.place.pk]
    is_market = kind_named(place.kind).is_market
    lines = [_stalls_line(page)] if is_market else [_addresses_line(page)]
    if policy.RECORD.allows(actor, place, found_by=policy.VIEW):
        sheets = {"label": _("Enter survey sheets"), "url": reverse("places:sheets", args=key)}
        lines.append(sheets | {"detail": _("What was seen from door to door, typed from the paper."), "value": ""})
        paper = {
            "label": _("Print survey sheets"),
            "url": reverse("places:print-sheets", args=key),
            "detail": "",
            "value": "",
        }
        lines.append(paper)
    checked, whole = check_reads.checked_count(place)
    if whole:
        words = _("%(checked)s of %(whole)s criteria that people check have a check") % {
            "checked": checked,
            "whole": whole,
        }
        lines.append({"label": _("Checks"), "url": reverse("places:checks", args=key), "detail": words, "value": ""})
    return Panel("places/registers_panel.html", {"is_market": is_market, "lines": lines})


def _stalls_line(page: PlacePage) -> dict[str, str]:
    counts = remembered(page.place, ("stalls", page.on), lambda: stall_counts(page.place, page.on))
    return {
        "label": _("Stalls"),
        "url": reverse("places:stalls", args=[page.place.pk]),
        "detail": _("%(traded)s are traded at") % {"traded": formats.number(counts.traded)},
        "value": formats.number(counts.stalls),
    }


def _addresses_line(page: PlacePage) -> dict[str, str]:
    counts = remembered(page.place, ("addresses", page.on), lambda: list_counts(page.place, page.on))
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
