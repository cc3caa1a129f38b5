"""What an inspector reads of shops before a reason is stated: initials and streets, in lists, pages, searches and history."""

import pytest

from doanso.access import actions as access
from doanso.cashless import actions, history_objects, search
from doanso.cashless.actions import CheckInput
from doanso.cashless.models import CodeAlarm
from doanso.cashless.tests.conftest import ACB
from doanso.lib.search_words import SearchWords
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(registered, as_user):
    """Return the pages on which Hai's shop stands, as somebody reads them now, in one text."""
    inputs = CheckInput(TODAY, "displayed")
    actions.check_shop(actor=registered.tree.an, shop=registered.hai, inputs=inputs, code=ACB)
    addresses = [
        "/shops/",
        f"/shops/{registered.businesses['hai'].pk}/",
        f"/shops/alarms/{CodeAlarm.objects.get().pk}/",
    ]

    def pages(name):
        answers = [as_user(getattr(registered.tree, name)).get(address) for address in addresses]
        assert [answer.status_code for answer in answers] == [200] * 3
        return "".join(answer.content.decode() for answer in answers)

    return pages


def test_an_inspector_reads_initials_and_streets_until_a_reason_is_stated(registered, read):
    masked = read("hanh")
    for word in ("Phở Hai", "số 12", "12 Lê Lợi"):
        assert word not in masked
    assert "P. H." in masked
    reason = "Kiểm tra mã dán ở chợ theo kế hoạch 12"
    access.unmask(actor=registered.tree.hanh, unit=registered.tree.units["p4"], reason=reason, minutes=30)
    assert "Phở Hai" in read("hanh")


def test_no_hit_discloses_a_masked_name(registered, as_user):
    hanh, words = registered.tree.hanh, SearchWords.parse("phở hai")
    assert "P. H." not in as_user(hanh).get("/shops/?q=pho+hai").content.decode()
    found = search.find_shops(hanh, words)
    assert found is not None
    assert not found.entries
    [entry] = search.recall_shops(hanh, [{"business_id": registered.businesses["hai"].pk}])
    assert (entry.title, entry.detail) == ("P. H.", "Lê Lợi")
    officer = search.find_shops(registered.tree.an, words)
    assert officer is not None
    assert [entry.title for entry in officer.entries] == ["Phở Hai"]


def test_history_names_shops_as_their_pages_do(registered, read):
    ids = [registered.hai.pk]
    assert [link.title for link in history_objects._shops(registered.tree.hanh, ids).values()] == ["P. H."]
    assert [link.title for link in history_objects._shops(registered.tree.an, ids).values()] == ["Phở Hai"]
