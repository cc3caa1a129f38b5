"""A draw in a browser: nothing that axe finds, nothing wider than the screen, and the computation on the visitor's own device."""

import json
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from doanso.events import actions
from doanso.events.models import DrawResult
from doanso.events.tests.draw_scene import DrawScene
from doanso.events.tests.draw_scene import scene as scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def public(scene: DrawScene) -> str:
    return reverse("events:public-draw", args=[scene.festival.event.slug])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_pages_of_a_draw(
    scene: DrawScene, open_as: Any, axe: Any, width: int, dark: bool
) -> None:
    args = [scene.festival.event.pk]
    desk, officer = reverse("events:draw", args=args), scene.festival.by

    def look(user: Any, path: str) -> None:
        page = open_as(user, path, width=width, dark=dark)
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        page.close()

    look(officer, desk)
    look(officer, reverse("events:prepare-draw", args=args))
    scene.prepare()
    look(officer, desk)
    scene.commit()
    look(None, public(scene))
    actions.withdraw_draw(actor=officer, draw=scene.draw, reason="Xổ số nghỉ ngày bão")
    look(None, public(scene))
    scene.frozen()
    look(officer, desk)
    look(None, f"{public(scene)}?ticket=12")
    scene.enter("083506")
    scene.enter("083506", scene.second)
    result = DrawResult.objects.get(round__prize__position=1)
    actions.redraw_prize(actor=officer, result=result, reason="Không đến nhận trong hạn")
    for path in (desk, reverse("events:draw-minutes", args=args), reverse("events:withdraw-draw", args=args)):
        look(officer, path)
    look(None, f"{public(scene)}?ticket={result.ticket_number}")


def test_a_visitor_computes_the_draw_on_the_own_device(scene: DrawScene, open_as: Any) -> None:
    scene.drawn(range(1, 613))
    first = DrawResult.objects.get(round__prize__position=2, position=2)
    actions.redraw_prize(actor=scene.festival.by, result=first, reason="Không đến nhận trong hạn")
    page = open_as(None, public(scene), width=390)
    page.get_by_role("button", name="Tính lại trên máy của tôi").click()
    lines = page.locator("#recomputed li")
    lines.nth(5).wait_for()
    rounds = [
        f"{row.prize.name}: {', '.join(f'{result.ticket_number:04}' for result in row.results.order_by('position'))}"
        for row in scene.draw.rounds.select_related("prize").order_by("position")
    ]
    assert lines.all_inner_texts() == [
        "Số bí mật khớp với dấu niêm phong.", "Danh sách vé khớp với dấu danh sách.",
        *(f"Ra đúng vé trúng: {words}" for words in rounds),
    ]  # fmt: skip
    assert page.locator("#recomputed [data-result=mismatch]").count() == 0


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        (lambda data: data["list"]["numbers"].append(700), {1}),
        (lambda data: data["seed"].update(value="00" * 32), {0}),
        (lambda data: data["rounds"][0]["winners"].__setitem__(0, 700), {2}),
        (lambda data: data["prizes"].append({"name": "Ô tô", "count": 1}), {2, 3, 4}),
    ],
    ids=["list", "seed", "winner", "prize"],
)
def test_the_own_device_finds_a_published_file_that_does_not_fit(
    scene: DrawScene, open_as: Any, change: Any, wrong: set[int]
) -> None:
    scene.drawn(range(1, 613))
    page = open_as(None, public(scene))

    def tampered(route: Any) -> None:
        data = json.loads(route.fetch().body())
        change(data)
        route.fulfill(body=json.dumps(data), content_type="application/json")

    page.route("**/draw.json", tampered)
    page.get_by_role("button", name="Tính lại trên máy của tôi").click()
    lines = page.locator("#recomputed li")
    lines.nth(4).wait_for()
    found = {place for place in range(5) if lines.nth(place).get_attribute("data-result") == "mismatch"}
    assert wrong <= found
    assert (0 in found, 1 in found) == (0 in wrong, 1 in wrong)


def test_without_a_script_the_page_shows_the_servers_computation(
    scene: DrawScene, browser: Any, live_server: Any
) -> None:
    scene.drawn()
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(live_server.url + public(scene))
    expect(page.get_by_text("máy chủ vừa tính lại, ra đúng 5 vé này")).to_be_visible()
    expect(page.locator("#recompute")).to_be_hidden()
    page.fill("#ticket", "7")
    page.get_by_role("button", name="Xem", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Vé 0007")).to_be_visible()
    context.close()
