"""The pace of an indicator that was added to a running programme: it runs from the day from which the indicator is owed."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from doanso.ledger.actions import freeze
from doanso.lib.uuid7 import uuid7
from doanso.targets.actions import edit_programme, publish_draft, save_indicator
from doanso.targets.queries import overview
from doanso.targets.queries.plans import draft_stamp, plan_of
from doanso.targets.queries.week import this_week
from doanso.targets.tests.test_programme_drafts import SHOPS
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
LAST = date(2023, 12, 31)
MIGRATION = import_module("doanso.targets.migrations.0004_owed_pace")


@pytest.fixture
def added(loaded):
    """Two members had the app before; 49 days before the last one a count of 49 and another share of the app are added."""
    loaded.reach("p4-kp1", "tiengiangs", "installed", "Đức", on=date(2023, 10, 18))
    loaded.reach("p4-kp1", "tiengiangs", "installed", "Thủy", on=date(2023, 10, 25))
    actor, programme = loaded.tree.dung, loaded.programme
    draft = edit_programme(actor=actor, programme=programme)
    app = next(each for each in plan_of(programme).indicators if each.code == "tiengiangs-members")
    for plan in (replace(SHOPS, code="fewer-shops", target=49), replace(app, code="app-again")):
        save_indicator(actor=actor, draft_id=draft.pk, indicator_id=uuid7(), version=0, plan=plan, reason="Thêm việc")
    draft.refresh_from_db()
    stamp = draft_stamp(draft, draft.indicators.all())
    publish_draft(actor=actor, draft_id=draft.pk, stamp=stamp, reason="Thêm việc")
    return loaded


def city(loaded, on: date):
    return overview(loaded.programme, loaded.tree.units["my-tho"], on)


def test_nothing_is_expected_on_the_day_it_is_added_and_all_of_it_on_the_last_one(added):
    read = {
        on: city(added, on).by_code("fewer-shops") for on in (TODAY - timedelta(days=1), TODAY, date(2023, 12, 6), LAST)
    }
    assert [(each.target, each.pace, each.state) for each in read.values()] == [
        (None, None, "none"),
        (49, 0, "on"),
        (49, 24, "risk"),
        (49, 49, "risk"),
    ]
    assert [each.owed_since for each in read.values()] == [None, TODAY, TODAY, TODAY]
    old = city(added, TODAY).by_code("payment-shops")
    assert (old.owed_since, old.pace) == (None, 1000 * 316 // 365)


def test_weeks_before_it_was_owed_say_nothing_about_its_speed(added):
    unit_overview = city(added, date(2023, 12, 10))
    old, again = unit_overview.by_code("tiengiangs-members"), unit_overview.by_code("app-again")
    assert (old.percent, old.forecast) == (333, 458)
    assert (again.percent, again.forecast) == (333, 333)
    weeks = {
        week.indicator.code: (week.needed, week.missed)
        for week in this_week(added.programme, added.tree.units["my-tho"], date(2023, 11, 15))
    }
    assert (weeks["tiengiangs-members"], weeks["app-again"]) == ((1, 2), (1, 0))


def test_what_was_frozen_by_the_rule_before_keeps_it(added):
    unit = added.tree.units["my-tho"]
    frozen_until = TODAY + timedelta(days=8)
    freeze(book_id=added.programme.book_id, unit=unit, since=TODAY, last_day=frozen_until)

    MIGRATION.keep_frozen_figures(apps, None)

    added.programme.refresh_from_db()
    assert added.programme.owed_pace_since == frozen_until + timedelta(days=1)
    before = city(added, frozen_until).by_code("fewer-shops")
    after = city(added, frozen_until + timedelta(days=1)).by_code("fewer-shops")
    assert (before.pace, before.owed_since) == (49 * 324 // 365, None)
    assert (after.pace, after.owed_since) == (9, TODAY)


def test_its_page_and_the_dashboard_say_since_when_it_is_owed(added, as_user, business_day):
    business_day(date(2023, 12, 6))
    client = as_user(added.tree.dung)
    page = client.get("/programmes/my-tho-2023/indicators/fewer-shops/").content.decode()
    assert "Giao thêm từ ngày" in page
    # The even pace begins at the foot of the chart on the day of the addition.
    assert re.search(r'<path [^>]*d="M865 216L1000 ', page)
    text = " ".join(client.get("/programmes/my-tho-2023/?indicator=fewer-shops").content.decode().split())
    assert "Chỉ tiêu này giao thêm từ ngày 12/11/2023; nếu làm đều từ đó thì hôm nay phải được 24." in text
