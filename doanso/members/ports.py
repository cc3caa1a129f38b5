"""Ports of members' pages: titles of indicators, and the parts that other apps contribute to the page of one member.

An exemption stores an indicator's code, people read its title. Panels of the head are part of the page; what a member took part
in is read by a second request, so that the page opens at once.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry

if TYPE_CHECKING:
    from doanso.members.queries.details import MemberDetails

TitlesOf = Callable[[Collection[str]], Mapping[str, str]]
_owners: list[TitlesOf] = []

head_panels: PanelRegistry[User, "MemberDetails"] = PanelRegistry()
"""Panels above everything else on a member's page; together at most three statements."""
participation_panels: PanelRegistry[User, "MemberDetails"] = PanelRegistry()
"""Panels of what the member took part in, read after the page."""


def register_indicator_titles(titles_of: TitlesOf) -> None:
    """Register the function that returns titles; called once, in the `AppConfig.ready` of the app that has indicators."""
    if _owners:
        raise RuntimeError("Titles of indicators are registered twice.")
    _owners.append(titles_of)


def indicator_titles(codes: Collection[str]) -> dict[str, str]:
    """Return the titles of these indicators by code; a code that no programme knows any more has none."""
    return {code: title for titles_of in _owners for code, title in titles_of(codes).items()}


type ServiceCounts = Callable[[User, Sequence[UUID]], tuple[int, Mapping[UUID, int]]]
_service_counts: list[ServiceCounts] = []


def register_service_counts(counts: ServiceCounts) -> None:
    """Register what tells how many services are counted, and how many of them persons have; called once at start-up."""
    if _service_counts:
        raise RuntimeError("Counts of services are registered twice.")
    _service_counts.append(counts)


def service_counts(actor: User, person_ids: Sequence[UUID]) -> tuple[int, Mapping[UUID, int]]:
    """Return how many services are counted, and how many of them each of these persons has; 0 where the reader sees none."""
    return _service_counts[0](actor, person_ids) if _service_counts else (0, {})
