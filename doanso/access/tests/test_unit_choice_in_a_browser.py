"""A long choice of units is found by typing; the list's filter follows the choice, not the typing."""

import pytest

from doanso.testing import TREE_BEGAN
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _branches(tree, parent: str, numbers: range) -> None:
    above = tree.units[parent]
    for number in numbers:
        unit = Unit.objects.create(code=f"{parent}-b{number:02}", kind=UnitKind.BRANCH, since=TREE_BEGAN)
        name = f"Khu phố Đông {number}"
        UnitName.objects.create(
            unit=unit, name=f"Chi đoàn {name}", short_name=name, sort_key=f"{name:>20}", since=TREE_BEGAN
        )
        UnitLink.objects.create(unit=unit, parent=above, since=TREE_BEGAN)
        for depth, ancestor in enumerate([unit, above, tree.units["my-tho"]]):
            UnitPath.objects.create(ancestor=ancestor, unit=unit, depth=depth, since=TREE_BEGAN)


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_a_unit_is_found_by_a_few_letters_without_accents(tree, open_as, axe, width, dark):
    for parent in ("p4", "p5"):
        _branches(tree, parent, range(1, 7))
    page = open_as(tree.giang, "/users/", width=width, dark=dark)
    if not page.get_by_role("combobox", name="Đơn vị").is_visible():
        page.get_by_text("Lọc thêm").click()
    box = page.get_by_role("combobox", name="Đơn vị")
    lines = page.get_by_role("option").filter(visible=True)

    box.click()
    assert lines.first.inner_text() == "Tất cả đơn vị"
    assert lines.count() == 19
    assert axe(page) == []
    box.press_sequentially("kp dong")
    assert lines.count() == 12
    box.fill("dong 2")
    assert [line.split("\n") for line in lines.all_inner_texts()] == [
        ["Khu phố Đông 2", "Phường 4"],
        ["Khu phố Đông 2", "Phường 5"],
    ]
    assert page.url.endswith("/users/")
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/users/?unit=p5-b02")
    assert box.input_value() == "Khu phố Đông 2 (Phường 5)"
    assert lines.count() == 0

    page.evaluate("document.addEventListener('submit', () => { window.isSent = true; }, true)")
    box.fill("nowhere")
    box.press("Enter")
    assert page.evaluate("window.isSent") is None
    box.press("Tab")
    assert box.input_value() == "Khu phố Đông 2 (Phường 5)"
    box.fill("")
    box.press("Tab")
    page.wait_for_url("**/users/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_few_units_are_chosen_as_ever(tree, open_as):
    page = open_as(tree.giang, "/users/")

    assert page.locator("select[name=unit]").evaluate("field => !field.hidden && field.id === 'id_unit'")
