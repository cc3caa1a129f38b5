"""A draft as one unit will see it: the unit's own numbers stay, the plan's changes show, and nothing is stored."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib.uuid7 import uuid7
from doanso.targets.actions import AllocationDecision, Part, allocate, begin_draft, edit_programme, save_indicator
from doanso.targets.actions.loading import Publication, publish_plan
from doanso.targets.models import Indicator, PlanOrigin, Target
from doanso.targets.queries.plans import indicator_plan_of, plan_of
from doanso.targets.tests.test_programme_drafts import EMPTY, SHOPS

pytestmark = pytest.mark.django_db


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def rows_of(answer) -> dict[str, dict]:
    return {row["title"]: row for _title, rows in answer.context["groups"] for row in rows}


@pytest.fixture
def draft(loaded):
    """The running programme with another share of VNeID, a shorter name, and one indicator more; P. 4 was given shops."""
    loaded.reach("p4", "vneid", "level2-active", "Đức")
    actor, programme = loaded.tree.dung, loaded.programme
    indicator = programme.indicators.get(code="payment-shops")
    decision = AllocationDecision(number="12-QĐ/TĐTN", day=date(2023, 1, 10), since=date(2023, 1, 10))
    allocate(
        actor=actor, indicator=indicator, unit=loaded.tree.units["my-tho"], split="hand", decision=decision,
        parts=[Part(loaded.tree.units["p4"].pk, 40)], counted_on=date(2023, 1, 10),
    )  # fmt: skip
    draft = edit_programme(actor=actor, programme=programme)
    row = draft.indicators.get(code="vneid2-members")
    plan = replace(indicator_plan_of(row), target=90, short_title="VNeID mức 2")
    save_indicator(actor=actor, draft_id=draft.pk, indicator_id=row.pk, version=1, plan=plan, reason="Kế hoạch 45")
    more = replace(SHOPS, code="more-shops", short_title="Thêm cửa hàng")
    save_indicator(actor=actor, draft_id=draft.pk, indicator_id=uuid7(), version=0, plan=more, reason="Kế hoạch 45")
    return draft


def test_a_changed_programme_is_shown_with_the_units_own_numbers_and_figures(loaded, as_user, draft):
    client, address = as_user(loaded.tree.dung), f"/programmes/drafts/{draft.pk}/preview/"
    stored = (Target.objects.count(), Indicator.objects.count())
    with CaptureQueriesContext(connection) as caught:
        shown = client.get(address)
    assert "Xem như Phường 4" in text_of(shown)
    rows = rows_of(shown)
    assert [(rows[name]["value"], rows[name]["target"], rows[name]["note"]) for name in (
        "VNeID mức 2", rows_name(rows, "payment-shops", draft), "Thêm cửa hàng"
    )] == [
        (250, 900, "Sửa: Tên hiện trên màn hình, Mức · cần 4 đoàn viên"),
        (0, 40, ""),
        (None, None, "Mới: giao từ ngày ban hành · chưa giao cho đơn vị này"),
    ]  # fmt: skip
    assert (Target.objects.count(), Indicator.objects.count()) == stored
    assert len(caught) == 14

    city = rows_of(client.get(address, {"unit": "my-tho"}))
    assert (city["VNeID mức 2"]["value"], city["VNeID mức 2"]["note"]) == (
        166, "Sửa: Tên hiện trên màn hình, Mức · cần 6 đoàn viên",
    )  # fmt: skip
    assert (city["Thêm cửa hàng"]["target"], city["Thêm cửa hàng"]["state"]) == (SHOPS.target, "none")
    assert client.get(address, {"unit": "nowhere"}).status_code == 404


def test_an_indicator_that_was_loaded_beside_the_open_draft_does_not_break_it(loaded, as_user, draft):
    published = plan_of(loaded.programme)
    late = replace(SHOPS, code="late-shops", short_title="Nạp sau")
    plan = replace(published, indicators=(*published.indicators, late))
    publish_plan(actor=loaded.tree.dung, plan=plan, publication=Publication(reason="Nạp tệp", location="2023.toml"))

    shown = as_user(loaded.tree.dung).get(f"/programmes/drafts/{draft.pk}/preview/", {"unit": "my-tho"})

    assert shown.status_code == 200
    assert "Nạp sau" not in rows_of(shown)
    assert "Thêm cửa hàng" in rows_of(shown)


def rows_name(rows, code: str, draft) -> str:
    return str(draft.indicators.get(code=code).values["short_title"])


def test_a_new_programme_shows_its_targets_before_anything_is_counted(tree, as_user):
    plan = replace(EMPTY, first_day=date(2024, 1, 1), last_day=date(2024, 12, 31), indicators=(SHOPS,))
    new = begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)
    address = f"/programmes/drafts/{new.pk}/"
    client = as_user(tree.dung)
    assert f'href="{address}preview/"' in text_of(client.get(address))

    [row] = rows_of(client.get(f"{address}preview/", {"unit": "my-tho"})).values()
    assert (row["target"], row["value"], row["note"]) == (SHOPS.target, None, "")
    [row] = rows_of(client.get(f"{address}preview/")).values()
    assert (row["target"], row["note"]) == (None, "chưa giao cho đơn vị này")
    assert as_user(tree.an).get(f"{address}preview/").status_code == 404
