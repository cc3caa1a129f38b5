"""Public pages: what everybody sees and what nobody sees, without cookie or script; short links count and follow nobody."""

import gzip
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from doanso.places import actions as place_actions
from doanso.places.actions import points as actions
from doanso.places.actions.points import PlateCheckInput, PublicTextInput
from doanso.places.models import InformationCorrection, Place, PublicPoint, ScanMonth
from doanso.places.rules.points import is_public
from doanso.places.tests.conftest import StreetScene
from doanso.places.tests.test_points import add, photo

pytestmark = pytest.mark.django_db
TODAY = date(2023, 11, 12)


def shown(street: StreetScene, name: str = "Đường Lê Lợi") -> Place:
    place = street.in_progress(name)
    street.step(place_actions.set_shown, place, shown=True)
    return street.fresh(place)


def point_of(street: StreetScene, place: Place, **more: Any) -> PublicPoint:
    return add(street, place, added_reason="Mới có", **more)


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    assert not answer.cookies
    return answer.content.decode()


@pytest.mark.parametrize(
    ("state", "is_shown", "public"),
    [
        ("recognised", False, True),
        ("in-progress", True, True),
        ("in-progress", False, False),
        ("preparing", True, False),
        ("stopped", True, False),
        ("withdrawn", True, True),
        ("withdrawn", False, False),
    ],
)
def test_a_place_is_public_when_recognised_or_shown(state: str, is_shown: bool, public: bool) -> None:
    assert is_public(state, is_shown=is_shown) is public


def test_the_list_has_recognised_and_shown_places_with_a_map(street: StreetScene, client: Client) -> None:
    street.recognised("Đường Lê Lợi")
    street.in_progress("Đường Ẩn Danh")
    shown(street, "Đường Ấp Bắc")
    text = page(client, "/s/")
    assert "2 tuyến phố và chợ, 1 nơi đã được công nhận." in text
    assert "Đường Ẩn Danh" not in text
    assert text.index("Đường Lê Lợi") < text.index("Đường Ấp Bắc")
    assert re.search(r'<svg [^>]*role="img" aria-label="[^"]+">', text)
    assert 'data-pin="in-progress"' in text


def test_an_empty_list_says_what_will_stand_there(street: StreetScene, client: Client) -> None:
    assert "Chưa có tuyến phố, chợ nào" in page(client, "/s/")


def test_a_recognised_street_shows_the_kept_values_with_their_days(street: StreetScene, client: Client) -> None:
    place = street.recognised()
    street.values.clear()
    text = page(client, f"/s/{place.slug}/")
    assert "Đạt 9 trong 9 tiêu chí theo lần thẩm định ngày 12/11/2023." in text
    assert "Công nhận ngày 12/11/2023, Quyết định số 15-QĐ/TĐ" in text
    assert text.count("<small>10/10") == 9
    assert "Chưa được công nhận" not in text


def test_a_street_in_progress_shows_the_values_of_today(street: StreetScene, client: Client) -> None:
    from doanso.places.formulas import Value
    from doanso.places.models import KnownFrom

    place = shown(street)
    street.values[1] = Value(5, 6, KnownFrom.RECORDS, known_on=date(2023, 11, 5))
    street.values[2] = Value(2, 2, KnownFrom.RECORDS)
    text = page(client, f"/s/{place.slug}/")
    assert "Đạt 1 trong 9 tiêu chí, tính đến ngày 12/11/2023. Đang thực hiện, chưa được công nhận." in text
    assert "83,3%" in text
    assert "5/6 · 05/11/2023" in text
    assert text.count("chưa có số liệu") == 7


def test_the_page_has_plan_points_words_and_contacts(street: StreetScene, client: Client) -> None:
    place = shown(street)
    point_of(street, place, purpose="đặt lịch khám")
    point_of(street, place, name="Bảng đầu phố", kind="board")
    inputs = PublicTextInput(
        "Phố có từ năm 1900.\n\nNay <b>khác</b>.", "Since 1900.", "Công an: 113\n\nY tế: 115", True
    )
    actions.write_public_page(actor=street.tree.an, place=place, inputs=inputs, read=0)
    text = page(client, f"/s/{place.slug}/")
    assert f'<a href="/s/{place.slug}/1/">Trạm Y tế</a><small>Đặt lịch khám</small>' in text
    assert "Bảng đầu phố" not in text
    assert "Nay &lt;b&gt;khác&lt;/b&gt;." in text
    assert "<span>Công an: 113</span>" in text
    assert ' lang="en"><h2>English</h2>' in text
    assert text.count('data-pin="point"') == 1


def test_a_point_has_its_own_page_with_its_photo(street: StreetScene, client: Client) -> None:
    place = shown(street)
    point_of(street, place, opening_hours="Cả ngày", contact="115", wifi="MyTho", name_en="Station", photo=photo())
    text = page(client, f"/s/{place.slug}/1/")
    for words in ("Trạm Y tế", "Station", "Cả ngày", "115", "MyTho"):
        assert words in text
    assert 'data-pin="front"' in text
    small = client.get(f"/s/{place.slug}/1/photo/small/")
    assert (small.status_code, small["Content-Type"]) == (200, "image/jpeg")
    assert small["Cache-Control"] == "public, max-age=3600"
    assert len(b"".join(small)) <= 14_000
    assert client.get(f"/s/{place.slug}/1/photo/").status_code == 200


def test_what_is_not_public_is_not_found(street: StreetScene, client: Client) -> None:
    hidden, place = street.in_progress("Đường Kín"), shown(street)
    point_of(street, hidden)
    point_of(street, place, name="Bảng", kind="board")
    gone = point_of(street, place)
    actions.remove_point(actor=street.tree.an, point=gone, reason="Dời đi")
    for path in (
        f"/s/{hidden.slug}/", f"/s/{hidden.slug}/1/", f"/s/{hidden.slug}/wrong/", f"/s/{place.slug}/1/",
        f"/s/{place.slug}/1/photo/", "/s/nowhere/", "/q/ZZZZZ/", "/s/answers/AAAAAAAAAAAAAAAAAAAAAA/",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_pages_take_as_many_statements_for_many_points_and_places(
    street: StreetScene, client: Client, django_assert_num_queries: Any
) -> None:
    place = shown(street)
    point_of(street, place)
    with django_assert_num_queries(8):
        client.get(f"/s/{place.slug}/")
    with django_assert_num_queries(5):
        client.get("/s/")
    for number in range(6):
        point_of(street, place, name=f"Điểm {number}")
        shown(street, f"Đường số {number}")
    with django_assert_num_queries(8):
        client.get(f"/s/{place.slug}/")
    with django_assert_num_queries(5):
        client.get("/s/")


def _bytes_of(address: str) -> int:
    found = finders.find(address.removeprefix("/static/"))
    assert isinstance(found, str), address
    content = Path(found).read_bytes()
    return len(content) if address.endswith(".woff2") else len(gzip.compress(content))


def test_a_page_weighs_less_than_100_kb_and_runs_the_theme_s_script_alone(street: StreetScene, client: Client) -> None:
    place = shown(street)
    for number in range(20):
        point_of(street, place, name=f"Điểm công cộng số {number}", purpose="xem giờ làm việc và góp ý")
    inputs = PublicTextInput("Phố " * 700, "Street " * 400, "Công an: 113\n" * 20, True)
    actions.write_public_page(actor=street.tree.an, place=place, inputs=inputs, read=0)
    for path in ("/s/", f"/s/{place.slug}/", f"/s/{place.slug}/1/", f"/s/{place.slug}/wrong/"):
        text = page(client, path)
        scripts = re.findall(r'<script[^>]*src="/static/([^"]+)"', text)
        assert scripts == ["ds/theme_auto.js", "ds/theme.js"]
        files = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', text))
        assert sum(map(_bytes_of, files)) + len(gzip.compress(text.encode())) <= 100_000, path


# --- Short links ----------------------------------------------------------------------------------------------------------------


def test_a_scan_is_counted_by_month_and_leads_to_the_point(street: StreetScene, client: Client) -> None:
    place = shown(street)
    point = point_of(street, place)
    for code in (point.code, point.code.lower(), point.code):
        answer = client.get(f"/q/{code}/")
        assert (answer.status_code, answer["Location"]) == (302, f"/s/{place.slug}/1/")
        assert not answer.cookies
        assert "no-store" in answer["Cache-Control"]
    client.head(f"/q/{point.code}/")
    [month] = ScanMonth.objects.all()
    assert (month.count, month.month) == (3, date(2023, 11, 1))
    # Nothing else is kept of a scan.
    assert {field.name for field in ScanMonth._meta.fields} == {"id", "point", "month", "count"}


def test_the_code_of_a_board_or_of_a_removed_point_opens_the_place(street: StreetScene, client: Client) -> None:
    place = shown(street)
    board, gone = point_of(street, place, name="Bảng", kind="board"), point_of(street, place)
    actions.remove_point(actor=street.tree.an, point=gone, reason="Dời đi")
    for point in (board, gone):
        assert client.get(f"/q/{point.code}/")["Location"] == f"/s/{place.slug}/"


def test_the_code_of_a_place_that_is_not_public_says_so_and_counts_nothing(street: StreetScene, client: Client) -> None:
    point = point_of(street, street.in_progress())
    text = page(client, f"/q/{point.code}/", 404)
    assert "Trang này chưa mở" in text
    assert not ScanMonth.objects.exists()


def test_a_scan_opens_its_page_while_nothing_can_be_written(
    street: StreetScene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    point = point_of(street, shown(street))

    def fail(*_args: Any, **_options: Any) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("django.db.models.query.QuerySet.update", fail)
    assert client.get(f"/q/{point.code}/").status_code == 302


# --- Corrections ----------------------------------------------------------------------------------------------------------------


def test_a_resident_corrects_a_point_and_reads_the_answer(street: StreetScene, client: Client) -> None:
    place = shown(street)
    point_of(street, place)
    path = f"/s/{place.slug}/wrong/?point=1"
    assert "Trạm Y tế: thông tin nào sai?" in page(client, path)
    # A form without a token, as it comes from a browser that keeps no cookie.
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"topic": "hours", "text": "Mở cửa lúc 7 giờ 30"})
    assert answer.status_code == 302
    correction = InformationCorrection.objects.get()
    assert correction.point is not None
    waiting = client.get(answer["Location"])
    assert "chưa trả lời" in waiting.content.decode()
    assert f'href="http://testserver{answer["Location"]}"' in waiting.content.decode()
    assert waiting["X-Robots-Tag"] == "noindex, nofollow"

    officer = Client()
    officer.force_login(street.tree.an)
    form = reverse("places:correction", args=[correction.pk])
    assert officer.post(form, {"outcome": "", "answer": ""}).status_code == 422
    assert officer.post(form, {"outcome": "corrected", "answer": "Đã sửa."}).status_code == 302
    text = page(client, answer["Location"])
    assert "Đã sửa" in text
    assert "trả lời ngày" in text


def test_a_form_without_words_comes_back_with_the_reason(street: StreetScene, client: Client) -> None:
    place = shown(street)
    answer = client.post(f"/s/{place.slug}/wrong/", {"topic": "hours", "text": ""})
    assert answer.status_code == 422
    assert "Hãy viết vài chữ" in answer.content.decode()


def test_the_sixth_correction_of_a_network_is_refused(street: StreetScene, client: Client) -> None:
    place = shown(street)
    inputs = {"topic": "other", "text": "Một chỗ sai nữa"}
    statuses = [client.post(f"/s/{place.slug}/wrong/", inputs).status_code for _time in range(6)]
    assert statuses == [302] * 5 + [422]


def test_a_broken_plate_does_not_close_the_page(street: StreetScene, client: Client) -> None:
    place = shown(street)
    point = point_of(street, place)
    check = PlateCheckInput(TODAY, False, "damaged")
    actions.check_plate(actor=street.tree.an, point=point, inputs=check)
    assert "Trạm Y tế" in page(client, f"/s/{place.slug}/1/")
