"""The page of a unit: state first, what needs help, the units below worst first, and what waits."""

import re
from datetime import date

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock
from doanso.testing import TREE_BEGAN

pytestmark = pytest.mark.django_db


def page_of(client, code: str = "p4") -> str:
    response = client.get(f"/units/{code}/")
    assert response.status_code == 200
    return response.content.decode()


def text(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def section(page: str, head: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{head}".*?</section>', page, re.DOTALL)
    return found.group(0) if found else ""


def test_the_state_comes_first_and_every_number_is_a_link(loaded, as_user):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", "Hân")
    loaded.reach("p4", "portal", "account", "Đức")
    page = page_of(as_user(loaded.tree.an))

    strip = re.search(r"<section [^>]*\bdata-unit-state .*?</section>", page, re.DOTALL)
    assert strip
    assert text(strip.group(0)).startswith("5 nguy cơ 0 chậm 0 đúng tiến độ 1 đã đạt")
    assert re.search(r'href="/members/\?unit=p4"[^>]*>.*?<b>4</b> đoàn viên', strip.group(0), re.DOTALL)
    late = section(page, "late-head")
    assert "Cổng dịch vụ công quốc gia" in late
    assert "Thiếu 3 đoàn viên" in late
    assert 'href="/programmes/my-tho-2023/indicators/portal-members/p4/"' in late or "portal-members" in late
    assert "VNeID mức độ 2" in section(page, "good-head")
    assert page.index("Cần giúp trước") < page.index("Hành chính") < page.index(">p4<")


def test_units_below_stand_worst_first(loaded, as_user):
    loaded.reach("p4", "vneid", "level2-active", "Quân", "Hân")
    loaded.reach("p4", "portal", "account", "Quân", "Hân")
    below = section(page_of(as_user(loaded.tree.an)), "below-head")

    assert re.findall(r'<th scope="row"><a [^>]*href="([^"]+)">', below) == ["/units/p4-kp1/", "/units/p4-kp2/"]
    assert "Nguy cơ" in below


def test_late_units_are_reminded_of_the_target_on_which_most_are_late(loaded, as_user):
    below = section(page_of(as_user(loaded.tree.an)), "below-head")

    link = re.search(r'<a href="(/programmes/my-tho-2023/indicators/[^/]+/p4/remind/)">([^<]+)</a>', below)
    assert link, below
    assert link.group(2).startswith("Nhắc 2 đơn vị chậm: ")
    assert as_user(loaded.tree.an).get(link.group(1)).status_code == 200
    assert "/remind/" not in page_of(as_user(loaded.tree.hanh))


def test_without_a_programme_the_page_names_the_units_below(tree, as_user):
    page = page_of(as_user(tree.an))

    assert "Cần giúp trước" not in page
    assert section(page, "children-head").count("/units/p4-kp") == 2


def test_who_sees_no_figures_gets_none(loaded, as_user):
    for name in ("an", "dung", "hanh"):
        assert " data-unit-state " in page_of(as_user(loaded.tree.users[name])), name
    assert as_user(loaded.tree.chi).get("/units/p4/").status_code == 404
    assert as_user(loaded.tree.lan).get("/units/p4/").status_code == 404


def test_a_programme_that_is_over_says_so(loaded, as_user):
    clock.set_today(date(2024, 2, 1))

    page = page_of(as_user(loaded.tree.an))

    assert "đã kết thúc ngày 31/12/2023" in page
    below = text(section(page, "below-head"))
    assert "Chỉ tiêu đạt" in below
    assert "tiến độ" not in below


def test_the_page_costs_the_same_for_one_member_and_for_many(loaded, as_user, django_assert_num_queries):
    client = as_user(loaded.tree.an)
    page_of(client)
    with django_assert_num_queries(COST):
        page_of(client)
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", "Hân")
    with django_assert_num_queries(COST):
        page_of(client)


COST = 15


def test_after_the_programme_the_page_says_what_was_met_and_nobody_is_late(loaded, as_user, business_day):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Thủy", "Quân", "Hân")
    business_day(date(2024, 1, 5))
    page = page_of(as_user(loaded.tree.an))

    strip = re.search(r"<section [^>]*\bdata-unit-state .*?</section>", page, re.DOTALL)
    assert strip
    assert text(strip.group(0)).startswith("1 đã đạt 5 chưa đạt")
    assert "31/12/2023" in strip.group(0)
    assert section(page, "late-head") == ""
    assert "Nguy cơ" not in page
    assert "Chưa đạt" in section(page, "below-head")


def test_a_clerk_reads_the_number_of_members_without_a_link_to_their_list(loaded, as_user):
    tree = loaded.tree
    RoleAssignment.objects.create(user=tree.minh, role=Role.CLERK, unit=tree.units["p4"], since=TREE_BEGAN)
    page = page_of(as_user(tree.minh))
    assert "đoàn viên" in text(page)
    assert "/members/?unit=p4" not in page
    assert "/members/?unit=p4" in page_of(as_user(tree.an))
