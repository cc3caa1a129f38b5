"""Pinned pages: five at most, shown with today's titles to whom they are still open."""

import pytest

from doanso.accounts.actions import MOST_PINS, forget_user, pin_page, unpin_page
from doanso.lib.problems import Refused
from doanso.search.pins import is_pinnable, pinned_pages
from doanso.targets.tests.conftest import loaded  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(tree, as_user):
    return as_user(tree.an)


def titles(user):
    user.refresh_from_db()
    return [(entry.title, entry.url) for entry in pinned_pages(user)]


def test_a_tab_and_an_object_are_pinned_and_shown_in_their_order(loaded, client):  # noqa: F811
    tree, member = loaded.tree, loaded.members["Đức"]
    for path in ("/history/", f"/members/{member.pk}/", "/units/p4/"):
        answer = client.post("/pins/", {"path": path, "pin": ""})
        assert (answer.status_code, answer["Location"]) == (302, path)
    assert [title for title, _url in titles(tree.an)] == ["Nhật ký", member.contact.name, "Đoàn Phường 4"]

    page = client.get("/pins/")
    assert page["Cache-Control"] == "private, max-age=60"
    assert 'href="/history/"' in page.content.decode()
    client.post("/pins/", {"path": "/history/", "unpin": ""})
    assert [title for title, _url in titles(tree.an)] == [member.contact.name, "Đoàn Phường 4"]


def test_the_frame_offers_to_pin_and_asks_for_the_pins_only_where_there_are_some(tree, client):
    page = client.get("/history/").content.decode()
    assert "Ghim trang này" in page
    assert "/pins/?v=" not in page
    client.post("/pins/", {"path": "/history/", "pin": ""})
    page = client.get("/history/").content.decode()
    assert "Bỏ ghim trang này" in page
    assert page.count('hx-get="/pins/?v=') == 2
    assert "Ghim trang này" not in client.get("/password/").content.decode()


def test_a_sixth_page_is_refused_and_the_five_stay(tree):
    for number in range(MOST_PINS):
        pin_page(actor=tree.an, path=f"/units/p{number}/")
    pin_page(actor=tree.an, path="/units/p0/")
    with pytest.raises(Refused) as refused:
        pin_page(actor=tree.an, path="/history/")
    assert refused.value.problem.code == "pins_full"
    unpin_page(actor=tree.an, path="/units/p0/")
    pin_page(actor=tree.an, path="/history/")
    tree.an.refresh_from_db()
    assert tree.an.pins == ["/units/p1/", "/units/p2/", "/units/p3/", "/units/p4/", "/history/"]


@pytest.mark.parametrize(
    "path", ["", "/nowhere/", "//evil.example/", "https://evil.example/", "/support/stands/new/", "[]"]
)
def test_only_tabs_and_objects_are_pinned(tree, client, path):
    assert not is_pinnable(path)
    assert client.post("/pins/", {"path": path, "pin": ""}).status_code == 422
    assert client.post("/pins/", {"path": path, "unpin": ""})["Location"] == "/"


def test_what_is_closed_to_the_reader_by_now_is_not_shown(loaded, as_user):  # noqa: F811
    tree, member = loaded.tree, loaded.members["Đức"]
    for path in (f"/members/{member.pk}/", "/organisation/", "/history/"):
        pin_page(actor=tree.chi, path=path)
    assert titles(tree.chi) == [("Nhật ký", "/history/")]
    assert member.contact.name not in as_user(tree.chi).get("/pins/").content.decode()


def test_the_empty_palette_begins_with_the_pins(tree, client):
    pin_page(actor=tree.an, path="/history/")
    page = client.post("/search/results/", {"q": ""}).content.decode()
    assert page.index("Đã ghim") < page.index('href="/history/"')


def test_erasing_an_account_forgets_its_pins(tree):
    pin_page(actor=tree.minh, path="/account/")
    forget_user(actor=tree.giang, user=tree.minh)
    tree.minh.refresh_from_db()
    assert tree.minh.pins == []


def test_the_first_page_of_a_tab_is_called_like_the_tab(tree):
    pin_page(actor=tree.an, path="/members/")
    pin_page(actor=tree.an, path="/support/stands/")
    assert [title for title, _url in titles(tree.an)] == ["Đoàn viên", "Bàn hướng dẫn"]
