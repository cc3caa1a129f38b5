"""A resident with a phone: a paper with a code, a file that came by chat."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from doanso.signing.actions.authorities import add_authority, load_list
from doanso.signing.actions.public import recall_file, replace_file
from doanso.signing.tests.attacks.making import double, single
from doanso.signing.tests.pki import certificate_row, pki
from doanso.signing.tests.test_verify_pages import issued
from doanso.signing.verification_codes import format_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module", autouse=True)
def _signed_before():
    """Sign in a thread of its own: the browser's loop runs in this one, and the library wants one for itself."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(double).result()


@pytest.fixture
def believed(tree):
    """The cast's authorities have legal force, and the city's seal is known."""
    root = add_authority(actor=None, content=pki().root.pem, purpose="signing", legal_force=True)
    middle = add_authority(actor=None, content=pki().intermediate.pem, purpose="signing", legal_force=True)
    load_list(actor=None, authority=root, content=pki().root_crl)
    load_list(actor=None, authority=middle, content=pki().crl)
    certificate_row(pki().city, unit=tree.units["my-tho"], user=None, added_by=tree.giang)
    return root


def _brought(page, content: bytes, name: str = "ke-hoach-12.pdf") -> None:
    page.set_input_files("input[type=file]", {"name": name, "mimeType": "application/pdf", "buffer": content})
    page.get_by_role("button", name="Kiểm tra tệp").click()


def test_from_the_code_to_who_signed(tree, believed, open_as, axe, look):
    public_file = issued(tree, double())
    page = open_as(None, "/verify/", width=390)
    look(page, "start")
    page.get_by_label("Mã văn bản").fill(format_code(public_file.code).lower())
    page.get_by_role("button", name="Tra mã").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Chữ ký đúng và không có gì bị sửa"
    expect(page.get_by_role("heading", name="THÀNH ĐOÀN MỸ THO")).to_be_visible()
    expect(page.get_by_text("Số của chứng thư").first).to_be_hidden()
    look(page, "code")
    page.get_by_text("Chi tiết", exact=True).first.click()
    expect(page.get_by_text("Số của chứng thư").first).to_be_visible()
    look(page, "details")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_file_that_was_changed_on_its_way(tree, believed, open_as, axe, look):
    issued(tree, double())
    page = open_as(None, "/verify/", width=390)
    _brought(page, double())
    expect(page.get_by_text("Đây đúng từng byte là tệp")).to_be_visible()
    look(page, "file")
    page.get_by_role("link", name="Kiểm tra văn bản khác").click()
    _brought(page, double().replace(b"100.000 dong", b"900.000 dong", 1), "ke-hoach-12 (1).pdf")
    assert page.get_by_role("heading", level=1).inner_text() == "Chữ ký không đúng"
    look(page, "changed")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_document_that_was_replaced(tree, believed, open_as, axe, look):
    old, new = issued(tree, double()), issued(tree, single(), number="13-KH/TĐTN")
    recall_file(actor=None, public_file=old, reason="Sai ngày họp")
    replace_file(actor=None, public_file=old, by=new, reason="Sai ngày họp")
    page = open_as(None, f"/verify/{old.code}/")
    look(page, "replaced")
    assert axe(page) == []
    page.get_by_role("link", name="Xem văn bản thay thế: 13-KH/TĐTN").click()
    page.wait_for_url(f"**/verify/{new.code}/")
    expect(page.get_by_text("13-KH/TĐTN").first).to_be_visible()
    page.goto(page.url.replace(new.code, "7KQ2M4XD9RTB"))
    assert page.get_by_role("heading", level=1).inner_text() == "Không có văn bản nào với mã này"
    look(page, "nothing")


def test_the_office_that_decides_whom_to_trust(tree, believed, open_as, axe, look):
    page = open_as(tree.giang, "/signing/authorities/")
    look(page, "authorities")
    assert axe(page) == []
    page.get_by_role("link", name="Root thử nghiệm").click()
    look(page, "authority")
    assert axe(page) == []
    page.goto(page.url.split("/signing/")[0] + "/signing/authorities/add/")
    root = {"name": "root.crt", "mimeType": "application/x-x509-ca-cert", "buffer": pki().other_root.pem}
    page.set_input_files("input[type=file]", root)
    page.get_by_label("Chữ ký số").check()
    page.get_by_label("Không: cơ quan cấp thử nghiệm").check()
    page.get_by_role("button", name="Xem trước").click()
    look(page, "see")
    assert axe(page) == []
    page.get_by_role("button", name="Tôi đã so khớp").click()
    expect(page.get_by_text("Chỉ để thử")).to_be_visible()


@pytest.fixture
def look():
    """Nothing by default; somebody who wants to see the pages gives them a place to go."""

    def seen(page, name: str) -> None:
        import os

        if folder := os.environ.get("LOOK"):
            page.screenshot(path=f"{folder}/{name}-{page.viewport_size['width']}.png", full_page=True)

    return seen
