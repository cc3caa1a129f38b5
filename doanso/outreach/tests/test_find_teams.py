"""Digital teams and drives in the global search."""

import pytest

from doanso.access.search import search_providers
from doanso.lib.search_words import SearchWords
from doanso.outreach.models import Drive, Team

pytestmark = pytest.mark.engines


def found(actor, text):
    [provider] = [each for each in search_providers() if each.name == "outreach"]
    group = provider.find(actor, SearchWords.parse(text))
    return group and [(entry.title, entry.url) for entry in group.entries]


def test_teams_and_drives_are_found_by_their_words_within_the_own_units(outing):
    drive, team = Drive.objects.get(), Team.objects.get()
    for text, obj, address in ((drive.name, drive, "drives"), (team.name, team, "teams")):
        assert (text, f"/{address}/{obj.pk}/") in found(outing.tree.an, text)
        assert (text, f"/{address}/{obj.pk}/") in found(outing.tree.dung, SearchWords.parse(text).key)
        assert found(outing.tree.chi, text) == []
    assert found(outing.tree.an, "nowhere") == []
    assert found(outing.tree.khoa, team.name) is None

    Team.objects.update(until=team.since)
    assert found(outing.tree.an, team.name) == []
