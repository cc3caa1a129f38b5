"""The whole way in a browser: from the page here to the program in the signer's machine and back."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.urls import reverse
from playwright.sync_api import expect

from doanso.lib.uuid7 import uuid7
from doanso.signing.models import SessionState
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import pki

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PASSWORD = "thu-nghiem"


@pytest.fixture
def program(live_server: Any, tmp_path: Path, settings: Any) -> Iterator[None]:
    """The program with a trial's key in a file, on a port that the page knows."""
    file = tmp_path / "an.p12"
    file.write_bytes(pki().an.p12("an", PASSWORD))
    line = ["-m", "doanso_sign", "--server", live_server.url, "--p12", str(file), "--port", "0"]
    running = subprocess.Popen(
        [sys.executable, *line, "--settings", str(tmp_path / "none.toml")],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(django_settings.ROOT) / "agent")},
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stdout is not None
    settings.SIGNING_AGENT = running.stdout.readline().split("doanso-sign: ")[1].split("/sign")[0]
    yield
    running.terminate()
    running.communicate(timeout=10)


def shot(page: Any, name: str) -> None:
    """Keep a picture where somebody asks for one."""
    if folder := os.environ.get("DOANSO_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [390, 1440])
def test_a_person_signs_with_the_program_in_their_machine(desk: Desk, open_as, axe, program: None, width: int):
    begun = desk.begin(desk.certificate("an"))
    page = open_as(desk.tree.an, reverse("signing:session", args=[begun.session.pk]), width=width)
    shot(page, f"session-{width}")
    page.get_by_role("button", name="Ký bằng thiết bị của tôi").click()
    # The answer is a page of its own: looked at when it is there whole.
    expect(page.get_by_role("link", name="Mở chương trình ký")).to_be_visible()
    page.wait_for_load_state()
    assert axe(page) == []
    shot(page, f"session-link-{width}")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Mở chương trình ký").click()
    sign = opened.value
    expect(sign.locator("#files [data-field=title]")).to_have_text("Kế hoạch chuyển đổi số")
    expect(sign.locator("#signer")).to_have_text("Nguyễn Văn An")
    # The very digest that the page here shows; and the secret is no longer in the address.
    expect(sign.locator("#files [data-field=digest]")).to_have_text(begun.session.digest)
    assert sign.url.endswith("/sign")
    assert axe(sign) == []
    shot(sign, f"agent-{width}")
    sign.get_by_label("Mã PIN của thiết bị ký").fill("sai")
    sign.get_by_role("button", name="Ký").click()
    expect(sign.get_by_role("alert")).to_contain_text("không đúng")
    sign.get_by_label("Mã PIN của thiết bị ký").fill(PASSWORD)
    sign.get_by_role("button", name="Ký").click()
    expect(sign.get_by_text("Đã ký xong")).to_be_visible()
    # The page goes on by itself.
    expect(page.get_by_text("Tải tệp đã ký")).to_be_visible(timeout=10_000)
    shot(page, f"session-done-{width}")
    begun.session.refresh_from_db()
    assert begun.session.state == SessionState.DONE


@pytest.mark.parametrize("width", [390, 1440])
def test_several_files_are_signed_with_one_entry_of_the_pin(desk: Desk, open_as, axe, program: None, width: int):
    own = desk.certificate("an")
    begun = desk.begin(own)
    desk.begin(own, owner_id=uuid7(), title="phu-luc-1.pdf", leader=begun.session)
    page = open_as(desk.tree.an, reverse("signing:session", args=[begun.session.pk]), width=width)
    page.get_by_role("button", name="Ký bằng thiết bị của tôi").click()
    # The answer is a page of its own: looked at when it is there whole.
    expect(page.get_by_role("link", name="Mở chương trình ký")).to_be_visible()
    page.wait_for_load_state()
    assert axe(page) == []
    shot(page, f"run-{width}")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Mở chương trình ký").click()
    sign = opened.value
    expect(sign.locator("#files [data-field=title]")).to_have_text(["phu-luc-1.pdf", "Kế hoạch chuyển đổi số"])
    expect(sign.get_by_text("Một lần nhập mã PIN ký cả 2 tệp")).to_be_visible()
    assert sign.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert axe(sign) == []
    shot(sign, f"agent-run-{width}")
    sign.get_by_label("Mã PIN của thiết bị ký").fill(PASSWORD)
    sign.get_by_role("button", name="Ký 2 tệp").click()
    # Each file is looked at whole by the server before it is kept.
    expect(sign.get_by_text("Đã ký xong")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("link", name="Tải tệp đã ký")).to_have_count(2, timeout=10_000)
    shot(page, f"run-done-{width}")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_pages_of_certificates(desk: Desk, open_as, axe, width: int):
    made = [desk.certificate(who) for who in ("an", "ward", "binh")]
    page = open_as(desk.tree.an, reverse("signing:certificates"), width=width)
    assert axe(page) == []
    shot(page, f"certificates-{width}")
    for name, address in (
        ("certificate", reverse("signing:certificate", args=[made[0].pk])),
        ("add", reverse("signing:add")),
    ):
        page.goto(page.url.split("/signing")[0] + address)
        assert axe(page) == []
        shot(page, f"{name}-{width}")
