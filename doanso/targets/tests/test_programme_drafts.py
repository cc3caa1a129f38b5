"""Writing a programme as a draft: beginning, saving with the version read, and ending it."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404

from doanso.access.ports import action_sentence
from doanso.adoption.models import Service
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.targets.actions import (
    DraftHeadInput,
    begin_draft,
    discard_draft,
    edit_programme,
    is_stale,
    move_indicator,
    remove_indicator,
    save_draft_head,
    save_indicator,
)
from doanso.targets.models import DraftState, PlanOrigin, Programme
from doanso.targets.plans import IndicatorPlan, ProgrammePlan
from doanso.targets.queries.plans import indicator_plan_of, plan_of

pytestmark = pytest.mark.django_db

SHOPS = IndicatorPlan(
    code="shops", title="Cửa hàng có tài khoản", short_title="Cửa hàng", kind="count", group="residents",
    unit_of_count="cửa hàng", target=10, basis="assumed", why="Tạm lấy.", family="support.businesses",
    parameters={"service": "payment"}, least_grade=1, required_grade=0, denominator="", denominator_text="", due=(),
)  # fmt: skip
EMPTY = ProgrammePlan("so-2024", "Chuyển đổi số 2024", "my-tho", date(2024, 1, 1), date(2024, 12, 31), None, ())


@pytest.fixture
def draft(tree):
    return begin_draft(
        actor=tree.dung, root=tree.units["my-tho"], plan=replace(EMPTY, indicators=(SHOPS,)), origin=PlanOrigin.BLANK
    )


def refusal(action) -> str:
    """Return the code of the refusal; what it wrote before is rolled back, as in a request."""
    with pytest.raises(Refused) as refused, transaction.atomic():
        action()
    return refused.value.problem.code


def save(draft, actor, row=None, *, version=None, reason="", **changed):
    plan = replace(indicator_plan_of(row) if row is not None else SHOPS, **changed)
    pk = row.pk if row is not None else uuid4()
    read = version if version is not None else (row.version if row is not None else 0)
    return save_indicator(actor=actor, draft_id=draft.pk, indicator_id=pk, version=read, plan=plan, reason=reason)


def test_a_draft_is_no_programme_and_brings_the_catalogue_of_services(draft):
    assert not Programme.objects.exists()
    assert (draft.state, draft.version, draft.indicators.get().code) == (DraftState.OPEN, 1, "shops")
    assert Service.objects.filter(pk="vneid").exists()
    assert AuditEvent.objects.get(action="targets.draft").unit_id == draft.root_id


@pytest.mark.parametrize("name", ["an", "hanh", "khoa", "minh"])
def test_only_those_who_publish_write_drafts(tree, draft, name):
    actor, row = tree.users[name], draft.indicators.get()

    with pytest.raises(PermissionDenied):
        begin_draft(actor=actor, root=tree.units["my-tho"], plan=EMPTY, origin=PlanOrigin.BLANK)
    with pytest.raises(Http404):
        save(draft, actor, row, target=12)
    with pytest.raises(Http404):
        discard_draft(actor=actor, draft_id=draft.pk)


def test_saving_names_the_version_that_was_read(tree, draft):
    row = draft.indicators.get()
    first = save(draft, tree.dung, row, target=12)

    with pytest.raises(Refused) as refused, transaction.atomic():
        save(draft, tree.giang, row, target=20)

    assert is_stale(refused.value)
    row.refresh_from_db()
    assert (row.version, row.values["target"], row.changed_by_id) == (2, 12, tree.dung.pk)
    assert save(draft, tree.giang, first, target=20).version == 3


def test_two_indicators_are_saved_independently(tree, draft):
    row, other = draft.indicators.get(), save(draft, tree.dung, code="stalls")

    save(draft, tree.dung, row, target=12)

    assert save(draft, tree.giang, other, target=13).version == 2


def test_pressing_the_button_twice_adds_one_indicator(tree, draft):
    key = uuid4()
    for _time in range(2):
        save_indicator(
            actor=tree.dung, draft_id=draft.pk, indicator_id=key, version=0, plan=replace(SHOPS, code="stalls")
        )

    assert draft.indicators.filter(code="stalls").count() == 1


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"target": 0}, "file_entry"),
        ({"why": ""}, "file_entry"),
        ({"code": "members"}, "file_entry"),
        ({"denominator": "members"}, "file_entry"),
        ({"due": (date(2024, 3, 1),)}, "file_entry"),
        ({"kind": "milestone", "due": (date(2023, 3, 1),)}, "file_entry"),
        ({"code": "taken"}, "indicator_code"),
    ],
)
def test_a_mistake_is_refused(tree, draft, changed, code):
    save(draft, tree.dung, code="taken")
    row = draft.indicators.get(code="shops")

    assert refusal(lambda: save(draft, tree.dung, row, **changed)) == code
    row.refresh_from_db()
    assert row.version == 1


def test_what_is_removed_can_be_restored_and_a_save_restores_it_too(tree, draft):
    row = draft.indicators.get()

    removed = remove_indicator(actor=tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=1)
    assert refusal(lambda: save(draft, tree.giang, row, target=99)) == "draft_newer"
    restored = remove_indicator(
        actor=tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=removed.version, removed=False
    )
    assert (restored.removed, restored.version) == (False, 3)
    remove_indicator(actor=tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=3)
    row.refresh_from_db()
    assert save(draft, tree.giang, row, target=99).removed is False


def test_indicators_change_places_within_their_group(tree, draft):
    second = save(draft, tree.dung, code="stalls")
    save(draft, tree.dung, code="office", group="office")

    move_indicator(actor=tree.dung, draft_id=draft.pk, indicator_id=second.pk, up=True)
    move_indicator(actor=tree.dung, draft_id=draft.pk, indicator_id=second.pk, up=True)

    assert [row.code for row in draft.indicators.all()] == ["stalls", "shops", "office"]
    # The second move found nothing above it and changed nothing.
    moves = [each for each in AuditEvent.objects.filter(action="targets.write_draft") if each.changed == ["order"]]
    assert len(moves) == 1
    assert action_sentence("targets.write_draft", ["order"]) == "đã soạn bản nháp chương trình: thứ tự và nhóm chỉ tiêu"


def test_the_head_is_saved_with_its_version(tree, draft):
    inputs = DraftHeadInput("Số 2025", "so-2025", date(2025, 1, 1), date(2025, 12, 31))

    saved = save_draft_head(actor=tree.dung, draft_id=draft.pk, version=1, inputs=inputs)

    assert (saved.version, saved.code) == (2, "so-2025")
    other = replace(inputs, title="Số 2026")
    assert (
        refusal(lambda: save_draft_head(actor=tree.dung, draft_id=draft.pk, version=1, inputs=other)) == "draft_newer"
    )
    kept = replace(inputs, code="new")
    assert refusal(lambda: save_draft_head(actor=tree.dung, draft_id=draft.pk, version=2, inputs=kept)) == (
        "programme_exists"
    )
    backwards = replace(inputs, last_day=date(2024, 1, 1))
    assert refusal(lambda: save_draft_head(actor=tree.dung, draft_id=draft.pk, version=2, inputs=backwards)) == (
        "draft_days"
    )
    endless = replace(inputs, last_day=date(9999, 12, 31))
    assert refusal(lambda: save_draft_head(actor=tree.dung, draft_id=draft.pk, version=2, inputs=endless)) == (
        "draft_days"
    )


def test_a_draft_is_thrown_away_and_restored(tree, draft):
    discard_draft(actor=tree.dung, draft_id=draft.pk)

    assert refusal(lambda: save(draft, tree.dung, draft.indicators.get(), target=12)) == "draft_closed"
    assert discard_draft(actor=tree.dung, draft_id=draft.pk, restore=True).state == DraftState.OPEN
    assert refusal(lambda: discard_draft(actor=tree.dung, draft_id=draft.pk, restore=True)) == "draft_closed"


# --- Changing a programme ---------------------------------------------------------------------------------------------


def test_a_programme_is_changed_in_one_draft_at_a_time(loaded):
    actor, programme = loaded.tree.dung, loaded.programme

    draft = edit_programme(actor=actor, programme=programme)

    assert edit_programme(actor=loaded.tree.giang, programme=programme).pk == draft.pk
    assert (draft.base_number, draft.indicators.count()) == (1, 18)
    rows = {row.code: indicator_plan_of(row) for row in draft.indicators.all()}
    assert rows == {indicator.code: indicator for indicator in plan_of(programme).indicators}
    draft.pk, draft._state.adding = uuid4(), True
    with pytest.raises(IntegrityError), transaction.atomic():
        draft.save()


def test_a_discarded_change_makes_way_for_another_and_then_stays_away(loaded):
    actor = loaded.tree.dung
    first = edit_programme(actor=actor, programme=loaded.programme)
    discard_draft(actor=actor, draft_id=first.pk)

    assert edit_programme(actor=actor, programme=loaded.programme).pk != first.pk
    assert refusal(lambda: discard_draft(actor=actor, draft_id=first.pk, restore=True)) == "draft_other"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"target": 6000}, "draft_reason"),
        ({"kind": "milestone"}, "indicator_changed"),
        ({"parameters": {"service": "vneid", "to": "residents"}}, "indicator_changed"),
        ({"code": "another"}, "indicator_code"),
    ],
)
def test_a_published_indicator_keeps_its_meaning_and_changes_with_a_reason(loaded, changed, code):
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)
    row = draft.indicators.get(code="portal-residents")

    assert refusal(lambda: save(draft, loaded.tree.dung, row, **changed)) == code


def test_a_published_indicator_stays_and_the_days_too(loaded):
    draft = edit_programme(actor=loaded.tree.dung, programme=loaded.programme)
    row = draft.indicators.get(code="portal-residents")
    inputs = DraftHeadInput(draft.title, draft.code, draft.first_day, date(2024, 12, 31))

    assert (
        refusal(lambda: remove_indicator(actor=loaded.tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=1))
        == "indicator_gone"
    )
    assert (
        refusal(lambda: save_draft_head(actor=loaded.tree.dung, draft_id=draft.pk, version=1, inputs=inputs))
        == "programme_walls"
    )
    assert save(draft, loaded.tree.dung, row, target=6000, reason="Tăng theo kế hoạch 45").reason
