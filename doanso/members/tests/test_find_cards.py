"""Each step of an import asks for the cards of its rows; that may not read the whole table."""

import pytest

from doanso.members.models import Member


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_cards_are_found_by_an_index_also_of_those_who_left() -> None:
    plan = Member.objects.filter(card_number__in=["82150000001", "82150000002"]).explain()
    assert "members_member_card_number" in plan
    assert "SCAN" not in plan
