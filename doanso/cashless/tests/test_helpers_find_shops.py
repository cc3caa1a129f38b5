"""A helper, who sees no list of shops, finds the form of a check by the shop's name."""

import pytest

from doanso.cashless import search
from doanso.lib import clock
from doanso.lib.search_words import SearchWords

pytestmark = pytest.mark.django_db


def found(user, text):
    group = search.find_shops(user, SearchWords.parse(text))
    return [(entry.title, entry.url) for entry in group.entries] if group is not None else None


def test_a_helper_finds_the_check_of_an_open_shop_in_reach_only(registered, as_user):
    helper, ids = registered.tree.lan, {name: one.pk for name, one in registered.businesses.items()}
    check = f"/shops/{ids['hai']}/check/"
    assert found(helper, "pho hai") == [("Phở Hai", check)]
    assert as_user(helper).get(check).status_code == 200
    assert found(registered.tree.an, "pho hai") == [("Phở Hai", f"/shops/{ids['hai']}/")]

    arguments = [{"business_id": ids["hai"]}]
    assert [entry.url for entry in search.recall_checks(helper, arguments)] == [check]
    assert search.recall_checks(registered.tree.an, arguments) == []

    business = registered.businesses["hai"]
    business.gone_at = clock.now()
    business.save(update_fields=["gone_at"])
    assert found(helper, "pho hai") == []
    assert found(registered.tree.khoa, "pho hai") is None
