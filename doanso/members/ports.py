"""Ports of members' pages: titles of indicators, and the parts that other apps contribute to the page of one member.

An exemption stores an indicator's code, people read its title. Panels of the head are part of the page; what a member took part
in is read by a second request, so that the page opens at once.
"""

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING

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
