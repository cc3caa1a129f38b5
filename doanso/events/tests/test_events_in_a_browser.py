"""Pages of an event in a browser: nothing that axe finds, nothing wider than the screen, and photos added on a phone."""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from doanso.events import actions
from doanso.events.demo_pictures import scene
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.events.tests.test_photos import CROWD, add

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(city: Festival, business_day: Any) -> Festival:
    """The city's festival on its day, with a photo that everybody sees."""
    city.step(actions.change_event, inputs=event_input(summary="Mở tài khoản tại chỗ.", contact="Văn phòng"))
    city.shift()
    city.step(actions.open_event)
    business_day(SUNDAY)
    add(city, CROWD)
    return city


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_pages_of_an_event(
    held: Festival, open_as: Any, axe: Any, width: int, dark: bool
) -> None:
    args, officer = [held.event.pk], held.by
    photo = held.event.photos.get()
    inner = [reverse(f"events:{name}", args=args) for name in ("event", "photos", "new-photo", "participants")]
    inner += [reverse("events:photo", args=[*args, photo.pk]), reverse("events:list"), "/today/"]
    for user, paths in ((officer, inner), (None, [reverse("events:public-event", args=[held.event.slug])])):
        for path in paths:
            page = open_as(user, path, width=width, dark=dark)
            page.wait_for_load_state("networkidle")
            assert axe(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
            page.close()


def test_an_officer_adds_two_photos_on_a_phone(held: Festival, open_as: Any, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"IMG_{number}.JPG").write_bytes(scene(number))
    page = open_as(held.by, reverse("events:photos", args=[held.event.pk]), width=390)
    page.get_by_role("link", name="Thêm ảnh").click()
    page.set_input_files("input[type=file]", [str(path) for path in sorted(tmp_path.iterdir())])
    page.get_by_label("Ảnh chụp gì").fill("Hai dãy gian hàng")
    page.get_by_text("Không nhận ra ai").click()
    page.get_by_label("Đăng lên trang công khai").check()
    page.get_by_role("button", name="Thêm ảnh").click()
    page.get_by_text("Đã thêm 2 ảnh.").wait_for()
    assert page.locator("[data-photos] img").count() == 3
    page.goto(page.url.split("/events/")[0] + reverse("events:public-event", args=[held.event.slug]))
    picture = page.locator("[data-photos] img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")
    assert picture.evaluate("(picture) => picture.naturalWidth") == 64
