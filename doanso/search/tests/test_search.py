"""The search page and the palette's results: who finds what, how it is ordered, and that nothing leaks."""

import logging
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.access.search import SearchProvider, SearchSection, register_search, search_providers
from doanso.members.tests.conftest import register  # noqa: F401
from doanso.people.actions import Particulars
from doanso.people.tests.conftest import meet  # noqa: F401

RESULTS, PAGE = "/search/results/", "/search/"


def text_of(answer):
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def headings(answer):
    return re.findall(r'<div [^>]*\bid="[^"]+">([^<]+)</div>', answer.content.decode())


def addresses(answer):
    return re.findall(r'<a [^>]*role="option"[^>]*href="([^"]+)"', answer.content.decode())


def test_sections_stand_in_the_designs_order(register, meet, as_user):  # noqa: F811
    meet("p4")
    answer = as_user(register.tree.dung).post(RESULTS, {"q": "doan"})
    assert headings(answer) == ["Trang", "Đơn vị"]
    assert [provider.section for provider in search_providers()] == sorted(
        [provider.section for provider in search_providers()], key=list(SearchSection).index
    )


def test_at_most_four_of_a_section_are_shown_and_all_are_linked(register, as_user):  # noqa: F811
    answer = as_user(register.tree.dung).post(RESULTS, {"q": "chi đoàn khu phố"})
    assert "Xem cả" not in text_of(answer)
    answer = as_user(register.tree.dung).post(RESULTS, {"q": "phường"})
    assert addresses(answer)[:2] == ["/units/", "/units/p4/"]
    assert len(addresses(answer)) == 6
    assert addresses(answer)[-1] == "/units/?q=ph%C6%B0%E1%BB%9Dng"
    assert "Xem cả 5" in text_of(answer)


def test_a_member_is_not_shown_again_as_a_resident(register, as_user):  # noqa: F811
    answer = as_user(register.tree.an).post(RESULTS, {"q": "Nguyễn Hoàng Đức"})
    assert headings(answer) == ["Đoàn viên"]
    assert addresses(answer) == [f"/members/{register.duc.pk}/"]


def test_a_resident_is_found_with_the_whole_name(register, meet, as_user):  # noqa: F811
    contact = meet("p4").contact_id
    answer = as_user(register.tree.an).post(RESULTS, {"q": "nguyen thi mai"})
    assert headings(answer) == ["Người dân"]
    assert addresses(answer) == [f"/people/{contact}/"]
    assert "0903111222" not in answer.content.decode()
    assert headings(as_user(register.tree.an).post(RESULTS, {"q": "thi mai"})) == []


def test_more_than_four_residents_are_in_the_directory(tree, meet, as_user):  # noqa: F811
    for year in range(1950, 1955):
        meet("p4", Particulars("Nguyễn Thị Mai", birth_year=year))
    answer = as_user(tree.an).post(RESULTS, {"q": "nguyen thi mai"})
    assert len(addresses(answer)) == 5
    assert addresses(answer)[-1] == "/people/?q=nguyen+thi+mai"
    assert "Xem cả 5" in text_of(answer)


def test_titles_are_escaped_and_hits_marked(tree, meet, as_user):  # noqa: F811
    html = as_user(tree.dung).post(RESULTS, {"q": "thanh <b>"}).content.decode()
    assert "<b>&" not in html
    html = as_user(tree.dung).post(RESULTS, {"q": "thanh doan"}).content.decode()
    assert "<mark>Thành</mark> <mark>Đoàn</mark> Mỹ Tho" in html


def test_without_results_the_reader_sees_what_to_type(tree, as_user):
    text = text_of(as_user(tree.an).post(RESULTS, {"q": "khong co gi ca"}))
    assert "Không thấy kết quả nào" in text
    assert "gõ đủ họ tên" in text


@pytest.mark.parametrize("typed", ["", " ", "x", "\0", "%%", "a" * 5000, "🙂🙂"])
def test_any_text_is_answered(tree, as_user, typed):
    assert as_user(tree.dung).post(RESULTS, {"q": typed}).status_code == 200
    assert as_user(tree.dung).post(PAGE, {"q": typed}).status_code == 200
    assert as_user(tree.dung).get(PAGE, {"q": typed}).status_code == 200


def test_the_page_answers_without_script(register, as_user):  # noqa: F811
    client = as_user(register.tree.an)
    assert "Nguyễn Hoàng Đức" in text_of(client.post(PAGE, {"q": "duc"})).replace("Đức", "Đức")
    assert f'href="/members/{register.duc.pk}/"' in client.get(PAGE, {"q": "duc"}).content.decode()
    empty = client.get(PAGE)
    assert 'method="post" action="/search/"' in empty.content.decode()
    assert "gõ đủ họ tên" in text_of(empty)


def test_strangers_are_sent_to_sign_in_and_forms_prove_themselves(tree):
    assert Client().post(RESULTS, {"q": "duc"}).status_code == 302
    assert Client().get(PAGE).status_code == 302
    checking = Client(enforce_csrf_checks=True)
    checking.force_login(tree.an)
    assert checking.post(RESULTS, {"q": "duc"}).status_code == 403
    assert checking.get(RESULTS).status_code == 405


def test_somebody_without_a_role_finds_no_data(register, meet, as_user):  # noqa: F811
    meet("p4")
    for text in ("duc", "Nguyễn Thị Mai", "0912345678", "phuong 4"):
        assert addresses(as_user(register.tree.minh).post(RESULTS, {"q": text})) == []


def test_opened_objects_come_back_as_far_as_the_reader_may_open_them(register, meet, as_user):  # noqa: F811
    duc, mai = f"/members/{register.duc.pk}/", f"/people/{meet('p4').contact_id}/"
    opened = [
        mai,
        "/units/p4/",
        duc,
        "/units/p5/",
        "/nowhere/",
        "/members/",
        duc,
        "https://evil.example/",
        "/units/p4/",
    ]

    assert addresses(as_user(register.tree.an).post(RESULTS, {"opened": opened})) == [mai, "/units/p4/", duc]
    assert addresses(as_user(register.tree.chi).post(RESULTS, {"opened": opened})) == ["/units/p5/"]
    assert addresses(as_user(register.tree.minh).post(RESULTS, {"opened": opened})) == []
    assert "N. H. Đ." in text_of(as_user(register.tree.hanh).post(RESULTS, {"opened": opened}))
    assert "gõ đủ họ tên" in text_of(as_user(register.tree.minh).post(RESULTS))


def test_five_opened_objects_at_most(tree, as_user):
    opened = [f"/units/{code}/" for code in tree.units]
    assert addresses(as_user(tree.dung).post(RESULTS, {"opened": opened})) == opened[:5]
    assert addresses(as_user(tree.dung).post(RESULTS, {"opened": ["/units/none/"] * 20 + opened})) == []


@pytest.mark.parametrize(("reader", "statements"), [("dung", [16, 18]), ("an", [16, 17]), ("minh", [3, 3])])
def test_statements_do_not_grow_with_results(register, meet, as_user, reader, statements):  # noqa: F811
    meet("p4", Particulars("Phường Thị Đức", birth_year=1958))
    client = as_user(register.tree.users[reader])

    def cost(text):
        with CaptureQueriesContext(connection) as queries:
            client.post(RESULTS, {"q": text})
        return len(queries)

    # What has units in its lines, of any kind and number, takes one statement more, and members of a whole city another one.
    assert [cost("xyz xyz"), cost("duc")] == statements
    assert cost("phuong") <= statements[1]


def test_the_text_is_in_no_log(register, as_user, caplog):  # noqa: F811
    with caplog.at_level(logging.DEBUG):
        as_user(register.tree.an).post(RESULTS, {"q": "Nguyễn Hoàng Đức"})
        as_user(register.tree.an).post("/search/results/nowhere/", {"q": "Nguyễn Hoàng Đức"})
    assert "Hoàng" not in "".join(
        record.getMessage() for record in caplog.records if not record.name.startswith("django.db")
    )


def test_each_part_is_registered_once():
    provider = search_providers()[0]
    with pytest.raises(RuntimeError, match="registered twice"):
        register_search(provider)
    with pytest.raises(RuntimeError, match="registered twice"):
        register_search(
            SearchProvider("other", SearchSection.UNITS, lambda actor, words: None, {"access:unit": lambda *_args: []})
        )
