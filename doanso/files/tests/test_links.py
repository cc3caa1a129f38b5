from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.test import RequestFactory

from doanso.files import actions, links
from doanso.files.answers import hand_out
from doanso.lib import clock


@pytest.fixture
def blob(db):
    return actions.store(source=b"noi dung", name="ke-hoach.pdf", limit=100)


@pytest.fixture
def browser(tree, as_user):
    return as_user(tree.an)


@pytest.fixture
def link(browser, tree, blob) -> str:
    request = RequestFactory().get("/documents/1/")
    request.session, request.user = browser.session, tree.an
    return links.link_for(request, blob, "/documents/1/file/")


def _elsewhere(link: str):
    """Return a request of a program without our cookie."""
    request = RequestFactory().get(link)
    request.user = AnonymousUser()
    return request


def test_a_link_says_who_asks_and_opens_its_file(link, tree, blob):
    request = _elsewhere(link)

    assert links.requesting_user(request) == tree.an
    answer = hand_out(request, blob)
    assert b"".join(answer.streaming_content) == b"noi dung"


def test_without_a_link_whoever_is_signed_in_asks(tree, blob):
    request = _elsewhere("/documents/1/file/")
    assert not links.requesting_user(request).is_authenticated
    request.user = tree.chi
    assert links.requesting_user(request) == tree.chi


def test_after_five_minutes_nobody_asks(link, blob, monkeypatch):
    later = clock.now() + timedelta(minutes=5, seconds=1)
    monkeypatch.setattr(links.clock, "now", lambda: later)

    assert not links.requesting_user(_elsewhere(link)).is_authenticated
    with pytest.raises(Http404):
        hand_out(_elsewhere(link), blob)


def test_a_link_of_another_file_is_not_found(link):
    other = actions.store(source=b"khac", name="khac.pdf", limit=100)
    with pytest.raises(Http404):
        hand_out(_elsewhere(link), other)


def test_signing_out_ends_it(link, browser):
    browser.logout()
    assert not links.requesting_user(_elsewhere(link)).is_authenticated


def test_a_new_password_and_a_closed_account_end_it(link, tree):
    tree.an.set_password("một mật khẩu khác")
    tree.an.save()
    assert not links.requesting_user(_elsewhere(link)).is_authenticated


def test_a_closed_account_ends_it(link, tree):
    tree.an.is_active = False
    tree.an.save()
    assert not links.requesting_user(_elsewhere(link)).is_authenticated


@pytest.mark.parametrize("harm", ["x", "", "AAAA", "%00", "é", "A" * 5000])
def test_a_made_up_link_is_nobodys_even_for_whoever_is_signed_in(harm, tree, blob):
    request = _elsewhere(f"/documents/1/file/?link={harm}")
    request.user = tree.an

    assert not links.requesting_user(request).is_authenticated
    with pytest.raises(Http404):
        hand_out(request, blob)


def test_a_link_shows_no_session_key_and_every_change_breaks_it(link, browser, blob):
    encrypted = urlsplit(link).query
    assert browser.session.session_key not in link
    for position in range(len("link="), len(encrypted), 7):
        changed = encrypted[:position] + ("A" if encrypted[position] != "A" else "B") + encrypted[position + 1 :]
        assert not links.requesting_user(_elsewhere(f"/documents/1/file/?{changed}")).is_authenticated
