"""Rows of the inbox lead to pages that show what they counted."""

import re

import pytest
from django.test import Client

from doanso.access.inbox import inbox_kinds
from doanso.home.inbox import owner_of
from doanso.home.menu import menu_of
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("username", ["dung", "an", "binh", "giang"])
def test_every_kind_leads_to_a_page_that_understands_its_address(programme, tree, username):
    user = getattr(tree, username)
    client = Client()
    client.force_login(user)
    owner = owner_of(user)
    menu = menu_of(frozenset({owner.role_assignment.role}), owner.role_assignment.role)
    routes = {page.route for section in menu.sections for tab in section.tabs for page in tab.pages}
    checked = []
    for kind in inbox_kinds():
        if kind.rows(owner) is None or kind.page not in routes:
            continue
        answer = client.get(kind.address(owner, TODAY), follow=True)
        assert answer.status_code == 200, kind.code
        # The error of a filter that does not know the value that it is sent.
        assert not re.search(r'id="[\w-]+_error"', answer.content.decode()), kind.code
        checked.append(kind.code)

    assert len(checked) > 5
