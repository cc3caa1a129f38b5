"""The pages of shops in a browser: nothing that axe can find, and a change of a code from the desk to the owner's receipt."""

from urllib.parse import urljoin

import pytest
import qrcode

from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.models import AlarmOutcome, CodeAlarm, CodeChange
from doanso.cashless.tests.conftest import ACB, VCB, make_market
from doanso.cashless.tests.example import example_shop
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXT = "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F"


@pytest.fixture
def scene(tree):
    """Hai's shop with a code that was read, an announced change, and an alarm; another shop of the ward with a waiting change."""
    market = make_market(tree)
    actions.register_code(actor=tree.an, shop=market.hai, inputs=CodeInput(VCB, consented=True))
    for code in (VCB, ACB):
        actions.check_shop(actor=tree.an, shop=market.hai, inputs=CheckInput(TODAY, "displayed", True), code=code)
    return market


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_pages_of_shops(scene, open_as, axe, width, dark):
    tree = scene.tree
    rows = example_shop(tree.units["p4"], tree.dung)
    shop, hai = f"/shops/{rows['business_id']}/", f"/shops/{scene.businesses['hai'].pk}/"
    page = open_as(tree.an, "/shops/", width=width, dark=dark)
    paths = (
        "/shops/",
        "/shops/?show=alarm",
        "/shops/?q=zzz",
        shop,
        hai,
        f"{shop}check/",
        f"{shop}code/",
        f"{shop}code/end/",
    )
    paths += (f"/shops/alarms/{rows['alarm_id']}/", f"/shops/checks/{rows['check_id']}/take-back/", "/shops/follow/")
    barriers = {}
    for path in paths:
        page.goto(urljoin(page.url, path))
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert barriers == {}


def test_a_new_bank_meets_the_second_officer(scene, open_as):
    hai = f"/shops/{scene.businesses['hai'].pk}/"
    page = open_as(scene.tree.an, hai, width=390)
    page.get_by_role("link", name="Đổi mã").click()
    page.get_by_label("Nội dung mã của cửa hàng").fill(TEXT)
    page.get_by_label("Vì sao đổi mã").fill("Chủ đổi sang ACB")
    page.get_by_label("Chủ cửa hàng đã nghe lời sau và đồng ý").check()
    page.get_by_role("button", name="Đề nghị đổi mã").click()
    page.get_by_text("Chờ người thứ hai duyệt", exact=True).wait_for()
    assert page.get_by_role("button", name="duyệt đổi mã").count() == 0
    other = open_as(scene.tree.dung, hai, width=1440)
    approve = other.get_by_role("button", name="Chủ đã xác nhận: duyệt đổi mã")
    approve.click()
    # The foreign code that was seen there is looked into first.
    other.get_by_text("Hãy xem và xử lý cảnh báo trước rồi mới duyệt.").wait_for()
    words = {"outcome": AlarmOutcome.CHANGED, "words": "Đã gặp chủ, chủ đã đổi sang ACB"}
    actions.resolve_alarm(actor=scene.tree.dung, alarm=CodeAlarm.objects.get(), **words)
    approve.click()
    other.get_by_text("Đã duyệt. Mã mới có hiệu lực sau 24 giờ").wait_for()
    change = CodeChange.objects.get()
    assert (change.requested_by, change.approved_by) == (scene.tree.an, scene.tree.dung)


def test_an_alarm_leads_from_the_first_page_to_its_end(scene, open_as):
    page = open_as(scene.tree.an, "/today/", width=390)
    page.get_by_role("link", name="Xử lý").first.click()
    page.get_by_role("link", name="Phở Hai").click()
    page.get_by_role("link", name="Làm ngay").click()
    page.get_by_text("Mã lạ, đã gỡ và dán lại mã đúng").click()
    page.get_by_label("Đã thấy gì, đã làm gì").fill("Đã gỡ, báo công an phường")
    page.get_by_role("button", name="Xử lý xong cảnh báo").click()
    page.get_by_text("Đã xử lý xong cảnh báo.").wait_for()
    assert CodeAlarm.objects.get().state == "settled"


def test_a_picture_of_a_code_is_read_in_the_browser(scene, open_as, tmp_path):
    picture = tmp_path / "ma.png"
    qrcode.make(TEXT).save(picture)
    page = open_as(scene.tree.an, f"/shops/{scene.businesses['ba'].pk}/code/", width=390)
    sent = []
    page.on("request", lambda request: sent.append(request.method))
    page.get_by_label("Hoặc chọn ảnh chụp mã").set_input_files(picture)
    page.get_by_text("Đã đọc được mã; nội dung ở ô trên.").wait_for()
    assert page.get_by_label("Nội dung mã của cửa hàng").input_value() == TEXT
    assert set(sent) <= {"GET"}
    (tmp_path / "trang.png").write_bytes(b"no picture")
    page.get_by_label("Hoặc chọn ảnh chụp mã").set_input_files(tmp_path / "trang.png")
    page.get_by_text("Không đọc được mã.").wait_for()
