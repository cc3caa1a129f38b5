"""In Chromium: no barrier on any page of points at both widths and themes, plates read from paper, the plan drawn by hand."""

from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from doanso.access.tests.routes_points import example_correction, example_point, shown_place
from doanso.access.tests.scene import Scene
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.places.models import Place, PublicPoint
from doanso.testing import Tree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def place(tree: Tree) -> Place:
    place = shown_place(Scene(tree), tree.units["p4"])
    point = example_point(Scene(tree), place)
    values = {field.name: getattr(point, field.name) for field in PublicPoint._meta.fields if field.name != "id"}
    names = (
        "Nhà văn hóa Khu phố 3",
        "Trụ sở Ủy ban nhân dân Phường 4, bộ phận một cửa",
        "Chợ",
        "Bến xe buýt",
        "Trường",
    )
    for number, name in enumerate(names, 2):
        PublicPoint.objects.create(**values | {"number": number, "name": name, "code": f"B234{number}"})
    PublicPoint.objects.create(**values | {"kind": "board", "name": "Bảng đầu phố", "code": "C2345"})
    return place


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(tree: Tree, place: Place, open_as: Any, axe: Any, width: int, dark: bool) -> None:
    correction, point = example_correction(place), place.points.order_by("number")[0]
    screen = open_as(tree.an, width=width, dark=dark)
    barriers = {}
    for path in (
        "/s/", f"/s/{place.slug}/", f"/s/{place.slug}/1/", f"/s/{place.slug}/wrong/", f"/places/{place.pk}/points/",
        f"/places/{place.pk}/points/new/", f"/places/{place.pk}/plan/", f"/places/{place.pk}/page/",
        f"/places/{place.pk}/plates/", f"/places/points/{point.pk}/", f"/places/points/{point.pk}/change/",
        f"/places/points/{point.pk}/remove/", "/places/corrections/", f"/places/corrections/{correction.pk}/",
        "/places/plates/due/",
    ):  # fmt: skip
        screen.goto(urljoin(screen.url, path))
        assert not screen.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        if found := axe(screen):
            barriers[path] = found
    assert barriers == {}


@pytest.mark.parametrize(
    ("paper", "size", "sheets"),
    [("plate", (567, 425), 7), ("a4", (842, 595), 7), ("a3", (842, 1191), 4), ("a2", (1191, 1684), 2)],
)
def test_every_plate_is_read_from_paper(
    tree: Tree, place: Place, open_as: Any, paper: str, size: tuple[int, int], sheets: int
) -> None:
    import pypdfium2

    screen = open_as(tree.an, f"/places/{place.pk}/plates/?paper={paper}")
    pdf = screen.pdf(prefer_css_page_size=True, print_background=True)
    pages = codes_by_page(pdf)
    expected = {urljoin(screen.url, f"/q/{point.code}") for point in place.points.all()}
    assert len(pages) == sheets
    for resolution in range(2):
        read = [code for page in pages for code in page[resolution]]
        assert sorted(read) == sorted(expected)
    for page in pypdfium2.PdfDocument(pdf):
        assert (round(page.get_width()), round(page.get_height())) == pytest.approx(size, abs=1)


def test_the_plan_is_drawn_moved_and_saved(tree: Tree, place: Place, open_as: Any) -> None:
    screen = open_as(tree.an, f"/places/{place.pk}/plan/")
    area, sheet = screen.locator("textarea"), screen.get_by_role("application")
    before = area.input_value().splitlines()

    def click(x: int, y: int) -> None:
        # The words of the chosen tool may move the sheet.
        box = sheet.bounding_box()
        scale = box["width"] / 460
        screen.mouse.click(box["x"] + x * scale, box["y"] + y * scale)

    screen.locator("[data-tool=road]").click()
    for x, y in ((230, 10), (230, 60), (260, 160)):
        click(x, y)
    sheet.press("Enter")
    added = [line for line in area.input_value().splitlines() if line not in before]
    assert added == ["đường 230,10 230,60 260,160"]
    screen.locator("[data-tool=move]").click()
    click(260, 160)
    sheet.press("ArrowRight")
    assert "đường 232,10 232,60 262,160" in area.input_value()
    screen.locator("[data-undo]").click()
    assert "đường 230,10 230,60 260,160" in area.input_value()
    click(230, 60)
    sheet.press("Delete")
    assert area.input_value().splitlines() == before
    screen.locator("[data-undo]").click()
    screen.locator("form [data-primary]").click()
    screen.wait_for_url("**/points/")
    place.refresh_from_db()
    assert "đường 230,10 230,60 260,160" in place.outline["lines"]


def test_public_pages_are_read_without_a_script(tree: Tree, place: Place, live_server: Any, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    screen = context.new_page()
    screen.goto(f"{live_server.url}/q/A2345/")
    assert screen.url == f"{live_server.url}/s/{place.slug}/1/"
    screen.get_by_role("link", name="Thông tin này sai?").click()
    screen.locator("input[name=topic]").first.check()
    screen.locator("textarea[name=text]").fill("Mở cửa lúc 8 giờ")
    screen.locator("form button[data-primary]").click()
    expect(screen.locator("h1")).to_have_text("Cảm ơn, góp ý đã được gửi")
    assert screen.locator("[data-answer-link]").inner_text() == screen.url
    assert "chưa trả lời" in screen.locator("main").inner_text()
    assert context.cookies() == []
    context.close()
