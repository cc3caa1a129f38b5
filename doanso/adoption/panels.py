"""Panels of adoption: the services that programmes count at the head of a member's page, each with its state, who confirmed it
and the next step; declarations that wait, on a unit's page.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from doanso.access.ports import UnitPage, WaitingRows
from doanso.accounts.models import User
from doanso.adoption import policy, queries
from doanso.adoption.queries import declarations
from doanso.adoption.queries.required_services import RequiredService, reached_counts, required_services
from doanso.lib import clock, formats
from doanso.lib.panels import Panel
from doanso.members import policy as members_policy
from doanso.members import queries as members
from doanso.members.models import Exemption
from doanso.members.queries.details import MemberDetails


@dataclass(frozen=True, slots=True)
class ServiceCard:
    """One service on the page: mark and word of its state, a line below, where it leads, and the step that is left."""

    name: str
    mark: str
    state: str
    line: str
    url: str
    step: str = ""
    declaration: str = ""
    """The declaration that the reader can attest here, or ""."""
    may_record: bool = False


def member_services(actor: User, details: MemberDetails) -> Panel | None:
    """Return the head of a member's page; None for readers who may not see what members use."""
    if not details.allows(policy.VIEW):
        return None
    is_own = details.owner_id is not None and details.owner_id == actor.pk
    is_active = details.is_active and not details.member.temporary
    may_attest = is_active and not is_own and details.allows(policy.ATTEST)
    address = reverse("adoption:services", args=[details.member.pk])
    exempt = _exemptions(details)
    entries = required_services(details.member)
    cards = [
        _card(entry, exempt.get(entry.required.indicator), may_attest, f"{address}#{entry.required.service}")
        for entry in entries
    ]
    if not cards:
        return None
    steps = [card for card in cards if card.step]
    return Panel(
        "adoption/member_services.html",
        {
            "cards": cards,
            "reached": sum(card.mark == "on" for card in cards),
            "url": address,
            "next": _next(details.given_name, steps) if is_active and steps else "",
            "steps": ", ".join(card.step for card in steps),
            "link": _link_address(details) if may_attest else "",
        },
    )


def service_counts(actor: User, person_ids: Sequence[UUID]) -> tuple[int, Mapping[UUID, int]]:
    """Return how many services are counted and how many each of these active members has, for readers who see the same members'
    services; nothing for others. At most two statements.
    """
    if policy.VIEW.roots(actor) != members_policy.VIEW.roots(actor):
        return 0, {}
    return reached_counts(person_ids)


def waiting_declarations(actor: User, page: UnitPage) -> WaitingRows | None:
    """Return the declarations of the unit's members that the reader can decide; None where the reader attests nothing."""
    if not policy.ATTEST.allows_anywhere(actor):
        return None
    return WaitingRows(
        icon="clipboard-check",
        label=_("Declared by members"),
        rows=declarations.declarations_of_stays(members.stays_below(queries.attestable_stays(actor), page.unit)),
        url=f"{reverse('adoption:declarations')}?unit={page.named.code}",
    )


def _exemptions(details: MemberDetails) -> dict[str, Exemption]:
    today = clock.today()
    return {
        exemption.indicator: exemption
        for exemption in details.exemptions
        if exemption.since <= today and (exemption.until is None or exemption.until > today)
    }


def _next(name: str, steps: list[ServiceCard]) -> str:
    words = ngettext(
        "%(count)s step is left until %(name)s has every service",
        "%(count)s steps are left until %(name)s has every service",
        len(steps),
    )
    return words % {"count": formats.number(len(steps)), "name": name}


def _link_address(details: MemberDetails) -> str:
    """Return the list of links for declaring, narrowed to the member."""
    return f"{reverse('adoption:make-links')}?unit={details.member.branch.code}&state=all"


def _card(entry: RequiredService, exemption: Exemption | None, may_attest: bool, url: str) -> ServiceCard:
    name, short = entry.required.service_name, entry.required.short_name
    if entry.seen is not None and entry.is_reached:
        return ServiceCard(name, "on", _("Confirmed"), _seen_line(entry), url)
    if entry.waiting is not None:
        day = formats.day(entry.waiting.happened_on)
        return ServiceCard(
            name,
            "behind",
            _("Waits for the branch"),
            _("Declared %(day)s: %(stage)s") % {"day": day, "stage": entry.waiting.stage},
            url,
            step=_("confirm %(service)s") % {"service": short},
            declaration=str(entry.waiting.declaration) if may_attest else "",
        )
    if exemption is not None:
        line = _("Looked at again on %(day)s") % {"day": formats.day(exemption.review_on)}
        return ServiceCard(name, "none", _("Exempt from it"), line, url)
    step = _("bring %(service)s to “%(stage)s”") % {"service": short, "stage": entry.required.name}
    if entry.returned is not None:
        line = _("Declared %(day)s, returned: %(reason)s") % {
            "day": formats.day(entry.returned.happened_on),
            "reason": entry.returned.reason,
        }
        return ServiceCard(name, "none", _("Returned"), line, url, step=step, may_record=may_attest)
    if entry.seen is not None and entry.seen.level > 0:
        line = f"{entry.seen.stage} · {_seen_line(entry)}"
        return ServiceCard(name, "none", _("Partly there"), line, url, step=step, may_record=may_attest)
    obstacle = entry.seen.obstacle if entry.seen is not None else ""
    line = _("In the way: %(why)s") % {"why": obstacle} if obstacle else _("Nothing recorded yet")
    return ServiceCard(name, "none", _("Not yet"), line, url, step=step, may_record=may_attest)


def _seen_line(entry: RequiredService) -> str:
    if entry.seen is None:
        return ""
    day = formats.day(entry.seen.happened_on)
    if not entry.seen.seen_by:
        return _("counted since %(day)s") % {"day": day}
    return _("%(who)s confirmed it, %(day)s") % {"who": entry.seen.seen_by, "day": day}
