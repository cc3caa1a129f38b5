"""October on a phone and a desk: from the branches up to the city, one sent back on the way."""

import pytest

from doanso.reports.tests.conftest import BASE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_october_goes_up_and_is_closed(scene, open_as, axe):
    ward = open_as(scene.user("an"), "/periods/", width=390)
    ward.check("input[data-bulk-all]")
    ward.click("button:has-text('Gửi thay 2 đơn vị')")
    ward.get_by_text("Đã gửi số liệu của 2 đơn vị.").wait_for()
    ward.check("input[data-bulk-all]")
    ward.click("button:has-text('Duyệt 2 đơn vị')")
    ward.get_by_text("Đã duyệt số liệu của 2 đơn vị.").wait_for()
    assert axe(ward) == []
    ward.get_by_role("link", name="Số liệu của đơn vị").click()
    ward.click("button:has-text('Gửi số liệu tháng 10/2023')")
    ward.get_by_text("Đã gửi số liệu tháng 10/2023.").wait_for()
    assert scene.state("p4") == "sent"

    city = open_as(scene.user("dung"), f"{BASE}/")
    city.get_by_role("link", name="Trả lại Phường 4").click()
    city.fill("textarea", "Thiếu buổi ra quân ngày 15/10")
    city.click("button:has-text('Trả lại số liệu')")
    city.get_by_text("Đã trả lại; đơn vị đọc được lý do").wait_for()
    assert scene.state("p4") == "returned"

    ward.goto(ward.url.split("/programmes")[0] + f"{BASE}/2023-10/p4/")
    assert "Thiếu buổi ra quân ngày 15/10" in ward.inner_text("main")
    assert axe(ward) == []
    ward.click("button:has-text('Gửi số liệu tháng 10/2023')")
    ward.get_by_text("Đã gửi số liệu tháng 10/2023.").wait_for()

    city.goto(city.url.split("/programmes")[0] + f"{BASE}/")
    city.get_by_role("button", name="Duyệt Phường 4").click()
    city.get_by_text("Phường 4: đã duyệt số liệu tháng 10/2023.").wait_for()
    assert scene.state("p4") == "accepted"
    city.get_by_role("link", name="Chốt số liệu tháng 10/2023").click()
    city.get_by_text("2 đơn vị chưa được duyệt sẽ bị chốt trễ").wait_for()
    assert axe(city) == []
    city.fill("textarea", "Phường 5 gửi sau, Thành Đoàn không chờ.")
    city.click("button:has-text('Chốt hẳn tháng 10/2023')")

    city.get_by_text("Đã chốt tháng 10/2023.").wait_for()
    assert (scene.state("my-tho"), scene.period("p4").late, scene.period("p5").late) == ("closed", True, True)
    assert axe(city) == []
