"""Digital teams and drives in the global search, by the words of their names."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords
from doanso.outreach.queries.drives import visible_drives
from doanso.outreach.queries.teams import SEE as SEE_TEAM
from doanso.outreach.queries.teams import find_teams, visible_teams

MOST_READ = 2_000
"""Names that are read, the newest first. They have no folded column, because a committee has a few hundred of them."""
_KINDS = {"team": ("outreach:team", "users-group"), "drive": ("outreach:drive", "walk")}

type _Row = tuple[str, UUID, str, UUID]
"""Kind, key, name and unit of a team or drive."""


def find_teams_and_drives(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return active teams and all drives whose names have all the words; one statement."""
    if not SEE_TEAM.allows_anywhere(actor):
        return None
    found = [row for row in _rows(actor) if words.match(row[2])]
    entries = sorted(_entries(found[:MOST_ENTRIES], words), key=lambda entry: entry.rank)
    return SearchGroup(entries, len(found))


def _rows(actor: User) -> list[_Row]:
    teams, drives = (
        rows.annotate(kind=Value(kind, output_field=CharField()), key=F("pk"))
        .order_by()
        .values_list("kind", "key", "name", "unit_id")
        for kind, rows in (
            ("team", find_teams(actor)),
            ("drive", visible_drives(actor)),
        )
    )
    return list(teams.union(drives).order_by("-key")[:MOST_READ])


def _entries(rows: Sequence[_Row], words: SearchWords | None) -> list[SearchEntry]:
    return [
        SearchEntry(
            title=name,
            detail=_("Digital team") if kind == "team" else _("Drive"),
            url=reverse(_KINDS[kind][0], args=[key]),
            icon=_KINDS[kind][1],
            rank=(words.rank(name) if words is not None else None) or 0,
            unit=DetailUnit(unit_id),
        )
        for kind, key, name, unit_id in rows
    ]


def recall_teams(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened teams."""
    teams = visible_teams(actor).filter(pk__in=[each["team_id"] for each in arguments])
    return _entries([("team", team.pk, team.name, team.unit_id) for team in teams], None)


def recall_drives(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened drives."""
    drives = visible_drives(actor).filter(pk__in=[each["drive_id"] for each in arguments])
    return _entries([("drive", drive.pk, drive.name, drive.unit_id) for drive in drives], None)


PROVIDER = SearchProvider(
    "outreach",
    SearchSection.MOVEMENT,
    find_teams_and_drives,
    {"outreach:team": recall_teams, "outreach:drive": recall_drives},
)
