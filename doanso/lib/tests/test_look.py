"""The bases, parts and tags draw what they promise, in Vietnamese, with every icon in the sprite."""

import gzip
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory

from doanso.lib.charts.lines import Trend

DOANSO = Path(__file__).resolve().parents[2]
SPRITE = (DOANSO / "static" / "vendor" / "tabler-icons" / "sprite.svg").read_text(encoding="utf-8")
SYMBOLS = set(re.findall(r'<symbol id="([a-z0-9-]+)"', SPRITE))
PAGES = sorted(DOANSO.glob("**/templates/**/*.html"))


def drawn(source: str, **context: Any) -> str:
    return engines["django"].from_string(source).render(context)


class PersonForm(forms.Form):
    year = forms.IntegerField(label="Năm sinh", help_text="Chỉ cần năm.", error_messages={"invalid": "Nhập 4 chữ số."})
    note = forms.CharField(label="Ghi chú", required=False)
    kind = forms.ChoiceField(label="Loại", choices=[("a", "Học xa"), ("b", "Làm xa")], widget=forms.RadioSelect)
    place = forms.ChoiceField(label="Nơi", choices=[("p", "Phường 4")])
    seen = forms.BooleanField(label="Đã xem")


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    named = {
        (name, str(page.relative_to(DOANSO)))
        for page in PAGES
        for name in re.findall(r"""(?:\{% icon |\bicon=)["']([^"']+)["']""", page.read_text(encoding="utf-8"))
    }
    assert not [pair for pair in named if pair[0] not in SYMBOLS]


@pytest.mark.parametrize("page", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_needs_no_context_and_speaks_vietnamese(page: str) -> None:
    html = render_to_string(page)
    assert 'lang="vi"' in html
    assert "Về trang đầu" in html
    assert "tabler.min.css" not in html


@pytest.mark.parametrize(("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("<x>", "light"), (None, "light")])
def test_the_server_writes_the_chosen_theme(cookie: str | None, theme: str) -> None:
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    if cookie:
        request.COOKIES["theme"] = cookie
    html = render_to_string("404.html", {}, request)
    assert f'data-bs-theme="{theme}"' in html
    assert ("data-theme-auto" in html) is (cookie not in ("dark", "light")), "without a choice the device decides"


def _places(count: int) -> list[dict[str, Any]]:
    return [
        {"code": f"p{n}", "label": f"Phòng {n}", "short": f"P{n}", "url": f"/{n}", "icon": "users", "current": n == 2}
        for n in range(1, count + 1)
    ]


def _frame_part(name: str, **context: Any) -> str:
    shell = {"unit": "Phường 4", "user": "Lê Minh", "role": "Bí thư"}
    return render_to_string(f"parts/{name}.html", {**context, "shell": shell, "request": {"user": AnonymousUser()}})


def test_the_phone_bar_opens_a_sheet_of_all_tabs_where_it_does_not_hold_everything() -> None:
    alone = _frame_part("foot", bar=_places(3), sheet=[])
    groups = [{"label": "Nhóm 1", "tabs": _places(2)}, {"label": "Nhóm 2", "tabs": _places(5)}]
    with_sheet = _frame_part("foot", bar=_places(4), sheet=groups)

    assert len(re.findall(r"<a [^>]*\bdata-tab ", alone)) == 3
    assert "<summary" not in alone
    assert len(re.findall(r"<a [^>]*\bdata-tab ", with_sheet)) == 4
    assert re.findall(r"<h3>(.*?)</h3>", with_sheet) == ["Nhóm 1", "Nhóm 2"]
    assert len(re.findall(r"<a href=", with_sheet)) == 7


def test_the_sidebar_marks_the_current_section() -> None:
    side = _frame_part("side", nav=_places(5))
    assert side.count('aria-current="page"') == 1
    assert re.search(r'href="/2" aria-current="page"', side)


def test_the_current_tab_and_page_are_marked_and_counts_wait_for_their_numbers() -> None:
    tabs = _frame_part(
        "tabs", head={"section": "Con người", "parent": "Đoàn viên", "tabs": _places(3), "pages": _places(2)}
    )
    assert tabs.count('aria-current="page"') == 2
    assert ' data-wait="p3"></span>' in tabs


def test_a_target_row_says_figure_state_and_forecast() -> None:
    row = {
        "title": "VNeID mức độ 2", "url": "/x", "kind": "share", "state": "on", "value": 914, "target": 1000, "pace": 866,
        "forecast": 1000, "until": date(2023, 12, 31), "note": "",
    }  # fmt: skip
    html = render_to_string("parts/target.html", {"row": row})
    assert "<b>91,4%</b> / 100%" in html
    assert "Đúng tiến độ" in html
    assert "Dự báo 31/12: 100%" in html
    assert 'aria-label="Mốc cần có hôm nay 86,6%, dự báo 100%"' in html


def test_a_target_without_figures_says_so() -> None:
    row = {"title": "Họp", "url": "", "kind": "rule", "state": "none", "value": None, "target": 1000, "note": ""}
    html = render_to_string("parts/target.html", {"row": row})
    assert "Chưa có số liệu" in html
    assert "– / 100%" in html
    assert "<a " not in html


def test_every_cell_of_the_heat_table_says_its_state_and_links() -> None:
    heat = {
        "caption": "Kết quả", "head": "Đơn vị", "columns": [{"title": "VNeID", "target": "100%", "url": "/i"}],
        "rows": [
            {"name": "Phường 4", "url": "/u", "size": 1431, "cells": [{"state": "risk", "tenths": 288, "url": "/c"}]},
            {"name": "Phường 5", "url": "/v", "size": None, "cells": [{"state": "none", "tenths": None, "url": ""}]},
        ],
    }  # fmt: skip
    html = render_to_string("parts/heat.html", {"heat": heat})
    assert re.search(r'<a href="/c"><span [^>]*data-s="risk"></span><span[^>]*>Nguy cơ: </span>28,8</a>', html)
    assert re.search(r"<span><span[^>]*>Chưa có số liệu: </span>–</span>", html)
    assert "<small>1.431</small>" in html


def test_the_strip_counts_what_it_links_to() -> None:
    stats = [{"state": "risk", "count": 2, "label": "Nguy cơ không đạt", "url": "/r"}]
    html = render_to_string("parts/strip.html", {"label": "Tóm tắt", "stats": stats})
    stat = r'<a [^>]*href="/r"><b><span [^>]*data-s="risk"></span>2</b><span>Nguy cơ không đạt</span></a>'
    assert re.search(stat, html)


def test_a_trend_says_in_words_and_in_a_table_what_it_draws() -> None:
    trend = Trend(
        "VNeID", "share", "on", [(date(2023, 1, 8), 20), (date(2023, 11, 12), 914)], date(2023, 1, 1), date(2023, 12, 31),
        target=1000, pace=True, forecast=1000,
    )  # fmt: skip
    html = render_to_string("parts/trend.html", {"trend": trend})
    sentence = "VNeID: từ 2,0% ngày 08/01/2023 đến 91,4% ngày 12/11/2023. Chỉ tiêu là 100%. Dự báo 31/12/2023: 100%"
    assert f'role="img" aria-label="{sentence}"' in html
    assert re.search(r"<td>12/11/2023</td><td[^>]*>91,4%</td>", html)
    assert "Dự báo theo 8 tuần qua" in html


def test_a_field_ties_label_help_and_error_to_its_control() -> None:
    html = drawn("{% field form.year %}", form=PersonForm({"year": "năm mốt"}))
    assert '<label for="id_year">Năm sinh</label>' in html
    assert 'id="id_year_help">Chỉ cần năm.</p>' in html
    assert re.search(r'<p [^>]*id="id_year_error">.*Nhập 4 chữ số\.', html)
    control = re.search(r"<input[^>]*>", html)
    assert control is not None
    assert 'aria-describedby="id_year_help id_year_error"' in control[0]
    assert 'aria-invalid="true"' in control[0]
    assert 'class="form-control"' in control[0]


def test_fields_by_kind() -> None:
    form = PersonForm()
    assert "(không bắt buộc)" in drawn("{% field form.note %}", form=form)
    assert "(không bắt buộc)" not in drawn("{% field form.note search=True %}", form=form)
    assert 'class="form-select"' in drawn("{% field form.place %}", form=form)
    assert 'class="form-check-input"' in drawn("{% field form.seen %}", form=form)
    radios = drawn("{% field form.kind %}", form=form)
    assert "<legend>Loại</legend>" in radios
    assert radios.count('type="radio"') == 2


def test_a_field_escapes_what_people_typed() -> None:
    html = drawn("{% field form.note label=label %}", form=PersonForm({"note": '"><b>x'}), label="<i>Nhãn</i>")
    assert "<b>x" not in html
    assert "&lt;i&gt;Nhãn" in html


@pytest.mark.parametrize(
    ("address", "direction", "query"),
    [
        ("/", "ascending", "?sort=-name"),
        ("/?sort=name&q=duc", "ascending", "?sort=-name&amp;q=duc"),
        ("/?sort=-name&page=3&q=duc", "descending", "?sort=name&amp;q=duc"),
        ("/?sort=day", "", "?sort=name"),
    ],
)
def test_a_head_sorts_up_then_down_and_leaves_the_page_number(address: str, direction: str, query: str) -> None:
    html = drawn('{% sort_head "name" "Tên" default=True %}', request=RequestFactory().get(address))
    assert f'href="{query}"' in html
    assert (f'aria-sort="{direction}"' in html) is bool(direction)


@pytest.mark.parametrize(
    ("level", "state", "name"),
    [
        (constants.SUCCESS, "on", "circle-check"),
        (constants.INFO, "", "info-circle"),
        (constants.WARNING, "behind", "alert-triangle"),
        (constants.ERROR, "risk", "alert-circle"),
    ],
)
def test_messages_differ_by_colour_and_shape(level: int, state: str, name: str) -> None:
    html = render_to_string("parts/messages.html", {"messages": [Message(level, "Đã lưu <1>")]})
    assert f'data-s="{state}"' in html
    assert f"#{name}" in html
    assert "Đã lưu &lt;1&gt;" in html


def test_history_says_who_and_when() -> None:
    moment = datetime(2023, 11, 12, 2, 42, tzinfo=UTC)
    html = render_to_string("parts/history.html", {"events": [(moment, "Lê Minh", "đã chuyển sinh hoạt")]})
    assert "<b>Lê Minh</b> đã chuyển sinh hoạt" in html
    assert ">09:42, 12/11/2023</time>" in html
    assert "Chưa có thay đổi nào." in render_to_string("parts/history.html", {"events": []})


def test_the_bulk_bar_names_its_deeds() -> None:
    buttons = [{"name": "operation", "value": "ok", "label": "Xác nhận", "icon": "check", "main": True}]
    html = render_to_string("parts/bulk.html", {"things": "hồ sơ", "actions": buttons})
    assert re.search(r'<button [^>]*\bdata-primary name="operation" value="ok" data-bulk-action>', html)
    assert "Đã chọn <span data-bulk-count>0</span> hồ sơ" in html


def test_pages_by_key_have_no_numbers() -> None:
    html = render_to_string(
        "parts/pagination.html", {"pages": {"summary": "50 dòng", "previous": "", "next": "?after=x"}}
    )
    assert 'href="?after=x" rel="next">Xem tiếp' in html
    assert 'rel="prev"' not in html


def test_other_parts_draw() -> None:
    assert "Bước 2 trên 3:" in render_to_string("parts/steps.html", {"steps": ["a", "b", "c"], "now": 2})
    assert "<dt>Email</dt><dd>–</dd>" in render_to_string("parts/kv.html", {"facts": [("Email", "")]})
    assert 'role="alert"' in render_to_string("parts/error.html", {"title": "Chưa tải được."})
    assert "Thử lại sau ít phút." in render_to_string("parts/error.html", {"title": "Chưa tải được."})
    assert 'href="/n"' in render_to_string("parts/empty.html", {"title": "Trống", "url": "/n", "link": "Thêm"})
    assert "85–98%" in render_to_string("parts/legend.html")
    assert 'aria-valuenow="37"' in drawn("{% progress_bar 37 100 'Đang đọc' %}")
    assert "5 nguy cơ" in render_to_string(
        "parts/worst.html",
        {"units": [{"name": "Phường 4", "url": "/", "state": "risk", "pill": "5 nguy cơ", "why": ""}]},
    )


def _loads(base: str) -> set[str]:
    """Every file of ours that a page of that tier loads."""
    html = render_to_string(base)
    return {*re.findall(r'(?:src|href)="/?static/([^"#]+)"', html), "vendor/tabler-icons/sprite.svg"}


@pytest.mark.parametrize(("base", "budget"), [("base_light.html", 100_000), ("base_work.html", 250_000)])
def test_a_first_visit_stays_inside_its_budget(base: str, budget: int) -> None:
    # The page itself, with its own figures, has what is left: 15 KB at least.
    weight = sum(len(gzip.compress((DOANSO / "static" / name).read_bytes(), 6)) for name in _loads(base))
    assert weight <= budget - 15_000


def test_light_pages_load_nothing_of_tabler_or_htmx() -> None:
    assert not [name for name in _loads("base_light.html") if "/tabler/" in name or "htmx" in name]
