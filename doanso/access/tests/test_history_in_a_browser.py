"""The page of history in a browser: narrowed as one types, rows as cards on a phone."""

import pytest

from doanso.audit.actions import record

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(390, True), (390, False), (1440, False), (1440, True)])
def test_it_is_narrowed_as_one_types(tree, open_as, axe, width, dark):
    record(actor=tree.giang, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    record(actor=tree.dung, action="units.load", obj=tree.units["p4-kp1"], unit=tree.units["p4-kp1"])
    page = open_as(tree.an, "/history/", width=width, dark=dark)
    assert page.locator("#list tbody tr").count() == 2
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    page.fill("input[name=q]", tree.giang.display_name.split()[-1])
    page.wait_for_function("() => document.querySelectorAll('#list tbody tr').length === 1")
    page.locator("#list tbody").get_by_role("link").first.click()
    page.wait_for_url("**/units/p4/")
