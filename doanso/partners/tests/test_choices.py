"""Partners as other apps offer and name them."""

import pytest

from doanso.access.policy import current_role_assignments
from doanso.partners import actions, queries

pytestmark = pytest.mark.django_db


def _names(user, *kinds):
    return [choice.name for choice in queries.partner_choices(user, kinds)]


def test_a_unit_chooses_its_own_partners_and_those_above(partnership, django_assert_num_queries):
    partnership.partner("Viễn thông Cửu Long", "my-tho", kind="telecom")
    partnership.partner("Ví của phường 5", "p5", kind="wallet")
    tree = partnership.tree
    assert _names(tree.an) == ["Ngân hàng Sông Tiền", "Viễn thông Cửu Long"]
    assert _names(tree.chi) == ["Ví của phường 5", "Viễn thông Cửu Long"]
    assert len(_names(tree.dung)) == 3
    assert _names(tree.dung, "telecom", "wallet") == ["Ví của phường 5", "Viễn thông Cửu Long"]
    assert _names(tree.binh) == _names(tree.khoa) == []
    # As in a request, the roles are read once.
    tree.an.prepared_role_assignments = current_role_assignments(tree.an)
    with django_assert_num_queries(1):
        [bank, _telecom] = queries.partner_choices(tree.an)
    assert bank.label == "Ngân hàng Sông Tiền (Phường 4)"
    assert bank.kind_name == "Ngân hàng"


def test_an_ended_partner_is_no_choice_and_is_still_named(partnership):
    tree = partnership.tree
    actions.end_partner(actor=tree.an, partner=partnership.bank, read=1, reason="Hết việc")
    assert _names(tree.an) == []
    [link] = queries.partner_links(tree.an, [partnership.bank.pk]).values()
    assert (link.name, link.url) == ("Ngân hàng Sông Tiền", f"/partners/{partnership.bank.pk}/")
    [link] = queries.partner_links(tree.chi, [partnership.bank.pk]).values()
    assert (link.short_name, link.url) == ("Sông Tiền", "")
    assert queries.partner_links(tree.chi, []) == {}
