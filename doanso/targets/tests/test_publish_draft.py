"""Publishing a draft, its revisions, and a programme that was changed by a file meanwhile."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import transaction

from doanso.audit.models import AuditEvent
from doanso.ledger.books import begin_book
from doanso.ledger.models import Book, Entry
from doanso.ledger.recount import recount
from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7
from doanso.targets.actions import (
    begin_draft,
    edit_programme,
    end_abandoned_books,
    load_programme,
    loading,
    publish_draft,
    publishing,
    save_draft_head,
    save_indicator,
    take_over_changes,
)
from doanso.targets.actions.drafts import DraftHeadInput
from doanso.targets.models import DraftState, PlanOrigin, Programme, ProgrammeDraft, ProgrammeRevision, Target
from doanso.targets.queries import overview, progress
from doanso.targets.queries.plans import draft_stamp, indicator_plan_of, plan_of
from doanso.targets.rules import ProgressState
from doanso.targets.tests.conftest import FILE
from doanso.targets.tests.test_programme_drafts import EMPTY, SHOPS
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def stamp_of(draft) -> int:
    draft.refresh_from_db()
    return draft_stamp(draft, draft.indicators.all())


def publish(draft, actor, reason="", stamp=None):
    return publish_draft(
        actor=actor, draft_id=draft.pk, stamp=stamp_of(draft) if stamp is None else stamp, reason=reason
    )


def change(draft, actor, code, reason="Vì kế hoạch 45", **fields):
    row = draft.indicators.get(code=code)
    plan = replace(indicator_plan_of(row), **fields)
    return save_indicator(
        actor=actor, draft_id=draft.pk, indicator_id=row.pk, version=row.version, plan=plan, reason=reason
    )


def refusal(action) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        action()
    return refused.value.problem.code


@pytest.fixture
def draft(tree):
    plan = replace(EMPTY, first_day=date(2023, 1, 1), last_day=date(2023, 12, 31), indicators=(SHOPS,))
    return begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)


def test_a_published_draft_is_the_programme_that_a_file_would_have_made(tree, draft):
    programme = publish(draft, tree.dung)

    assert plan_of(programme) == replace(
        EMPTY, first_day=date(2023, 1, 1), last_day=date(2023, 12, 31), indicators=(SHOPS,)
    )
    assert progress(programme, tree.units["my-tho"], TODAY)[0].value == 0
    draft.refresh_from_db()
    assert (draft.state, draft.programme) == (DraftState.PUBLISHED, programme)
    revision = ProgrammeRevision.objects.get()
    assert (revision.number, revision.origin, revision.made_by) == (1, "blank", tree.dung)
    assert AuditEvent.objects.get(action="targets.load").changed == ["indicators", "targets"]


def test_a_change_is_a_new_version_of_the_number_and_a_revision_with_its_reason(loaded):
    actor, programme = loaded.tree.dung, loaded.programme
    draft = edit_programme(actor=actor, programme=programme)
    change(draft, actor, "portal-residents", target=6000)

    publish(draft, actor, "Tăng theo kế hoạch 45")

    versions = Target.objects.filter(indicator__code="portal-residents").order_by("version")
    assert list(versions.values_list("value", "since")) == [(5000, None), (6000, TODAY)]
    assert list(programme.revisions.order_by("number").values_list("number", "origin", "reason")) == [
        (1, "file", "Nạp từ tệp my-tho-2023.toml"),
        (2, "edit", "Tăng theo kế hoạch 45"),
    ]
    assert edit_programme(actor=actor, programme=programme).base_number == 2


def test_an_indicator_added_to_a_running_programme_is_owed_from_that_day(loaded):
    actor, programme = loaded.tree.dung, loaded.programme
    draft = edit_programme(actor=actor, programme=programme)
    own = replace(SHOPS, code="green-lanes", family="results.reported", parameters={})
    save_indicator(actor=actor, draft_id=draft.pk, indicator_id=uuid7(), version=0, plan=own, reason="Thêm việc")

    publish(draft, actor, "Thêm việc")

    assert Target.objects.get(indicator__code="green-lanes").since == TODAY
    states = {
        day: next(each.state for each in progress(programme, programme.root, day) if each.code == "green-lanes")
        for day in (TODAY, date(2023, 10, 31))
    }
    assert states == {TODAY: ProgressState.ON, date(2023, 10, 31): ProgressState.NONE}


def test_what_is_refused_leaves_the_draft_open(loaded):
    actor = loaded.tree.dung
    draft = edit_programme(actor=actor, programme=loaded.programme)
    assert refusal(lambda: publish(draft, actor, "Không đổi gì")) == "draft_same"
    stamp = stamp_of(draft)
    change(draft, actor, "portal-residents", target=6000)

    assert refusal(lambda: publish(draft, actor)) == "draft_reason"
    assert refusal(lambda: publish(draft, actor, "Đọc bản cũ", stamp)) == "draft_newer"
    assert refusal(lambda: publish(draft, actor, "x" * 1001)) == "draft_reason"
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert ProgrammeRevision.objects.count() == 1


def test_a_second_press_publishes_nothing_twice(tree, draft):
    stamp = stamp_of(draft)
    publish(draft, tree.dung, stamp=stamp)

    assert refusal(lambda: publish(draft, tree.dung, stamp=stamp)) == "draft_closed"
    assert ProgrammeRevision.objects.count() == 1


def test_of_two_presses_at_once_the_later_one_leaves_the_published_draft_alone(tree, draft, monkeypatch):
    stamp, original = stamp_of(draft), publishing.open_plan

    def overtaken(**options):
        monkeypatch.setattr(publishing, "open_plan", original)
        publish(draft, tree.giang, stamp=stamp)
        return original(**options)

    monkeypatch.setattr(publishing, "open_plan", overtaken)
    with pytest.raises(Refused):
        publish(draft, tree.dung, stamp=stamp)

    draft.refresh_from_db()
    assert draft.state == DraftState.PUBLISHED
    assert ProgrammeRevision.objects.get().made_by == tree.giang


def test_what_nothing_else_counts_is_reported_under_the_indicators_own_code(tree):
    own = replace(SHOPS, code="green-lanes", family="results.reported", parameters={})
    plan = replace(EMPTY, first_day=date(2023, 1, 1), last_day=date(2023, 12, 31), indicators=(own,))
    draft = begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)

    programme = publish(draft, tree.dung)

    indicator = programme.indicators.get()
    assert indicator.parameters["counts"] == {"topic": "green-lanes"}
    assert (indicator.numerator, programme.book.measures.get().topic) == ("green-lanes", "green-lanes")


def test_a_killed_publication_is_continued(tree, draft):
    draft.state = DraftState.PUBLISHING
    draft.save()

    assert publish(draft, tree.dung).code == "so-2024"


def test_an_empty_draft_and_a_taken_code_are_refused(tree, draft):
    empty = begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=EMPTY, origin=PlanOrigin.BLANK)
    twin = begin_draft(
        actor=tree.dung, root=tree.units["my-tho"], plan=replace(EMPTY, indicators=(SHOPS,)), origin=PlanOrigin.BLANK
    )
    publish(draft, tree.dung)

    assert refusal(lambda: publish(empty, tree.dung)) == "draft_empty"
    with pytest.raises(Refused):
        publish(twin, tree.dung)
    twin.refresh_from_db()
    assert twin.state == DraftState.OPEN
    assert Programme.objects.count() == 1


def test_a_file_loaded_meanwhile_is_taken_over_and_nobodys_change_is_lost(loaded, tmp_path):
    actor, programme = loaded.tree.dung, loaded.programme
    draft = edit_programme(actor=actor, programme=programme)
    change(draft, actor, "portal-residents", target=6000)
    change(draft, actor, "payment-shops", target=1200)
    text = FILE.read_text(encoding="utf-8").replace('"services.toml"', f'"{FILE.parent / "services.toml"}"')
    path = tmp_path / "again.toml"
    path.write_text(
        text.replace("target = 80\n", "target = 85\n").replace("Dân đăng ký dịch vụ công", "Dân có tài khoản"),
        encoding="utf-8",
    )
    load_programme(actor=actor, path=path)

    assert refusal(lambda: publish(draft, actor, "Kế hoạch 45")) == "programme_newer"
    take_over_changes(actor=actor, draft_id=draft.pk)
    publish(draft, actor, "Kế hoạch 45")

    plans = {indicator.code: indicator for indicator in plan_of(programme).indicators}
    assert (plans["portal-residents"].target, plans["portal-residents"].short_title) == (6000, "Dân có tài khoản")
    assert (plans["payment-shops"].target, plans["tiengiangs-members"].target) == (1200, 85)


def refused_at_the_end(**_options):
    raise Refused(Problem("lost", "Mất quyền giữa chừng."))


def refuse_at_the_end(monkeypatch, draft, actor, reason="", write_plan=refused_at_the_end):
    """Publish a draft that is refused once its book is filled; what was written until then stays."""
    with monkeypatch.context() as patch:
        patch.setattr(publishing, "write_plan", write_plan)
        with pytest.raises(Refused) as refused:
            publish(draft, actor, reason)
    assert refused.value.problem.code == "lost"


def test_what_is_refused_after_its_book_opened_counts_nothing_and_frees_its_code(tree, draft, monkeypatch):
    refuse_at_the_end(monkeypatch, draft, tree.dung)
    assert not Book.objects.exists()
    events = AuditEvent.objects.filter(object_kind="targets.programmedraft").order_by("id")
    assert list(events.values_list("action", flat=True)) == [
        "targets.draft", "targets.publish_draft", "targets.refuse_draft",
    ]  # fmt: skip
    inputs = DraftHeadInput(draft.title, draft.code, date(2023, 1, 1), date(2023, 6, 30))
    save_draft_head(actor=tree.dung, draft_id=draft.pk, version=1, inputs=inputs)

    assert publish(draft, tree.dung).last_day == date(2023, 6, 30)


def test_a_refused_change_of_a_running_programme_takes_its_new_measures_with_it(loaded, monkeypatch):
    actor, programme = loaded.tree.dung, loaded.programme
    before = set(programme.book.measures.values_list("code", flat=True))
    draft = edit_programme(actor=actor, programme=programme)
    app = next(each for each in plan_of(programme).indicators if each.code == "vneid2-members")
    plan = replace(app, code="vneid-again")
    save_indicator(actor=actor, draft_id=draft.pk, indicator_id=uuid7(), version=0, plan=plan, reason="Thêm việc")
    loaded.reach("p4-kp1", "vneid", "level2-active", "Đức")

    def others_publish(**options):
        assert Entry.objects.filter(measure__code="vneid-again").exists()
        ProgrammeDraft.objects.filter(pk=other.pk).update(state=DraftState.PUBLISHING)
        refused_at_the_end(**options)

    other = begin_draft(
        actor=actor, root=loaded.tree.units["my-tho"], plan=replace(EMPTY, code=programme.code), origin="blank"
    )
    refuse_at_the_end(monkeypatch, draft, actor, "Thêm việc", write_plan=others_publish)
    # Another publication of the same book is under way and may count on these measures.
    assert programme.book.measures.filter(code="vneid-again").exists()

    other.delete()
    refuse_at_the_end(monkeypatch, draft, actor, "Thêm việc")
    assert set(programme.book.measures.values_list("code", flat=True)) == before
    assert list(recount()) == []
    publish(draft, actor, "Thêm việc")
    assert overview(programme, programme.root, TODAY).by_code("vneid-again").value == 1


def test_a_file_whose_measures_were_removed_meanwhile_is_not_written(tree, monkeypatch):
    def removed_meanwhile(book):
        loading.end_unseen_counting(book.code)

    monkeypatch.setattr(loading, "fill_book", removed_meanwhile)
    with pytest.raises(Refused) as refused:
        load_programme(actor=tree.dung, path=FILE)
    assert refused.value.problem.code == "book-ended"
    assert not Programme.objects.exists()


def test_a_book_that_a_killed_publication_left_is_removed_after_a_day(tree, monkeypatch):
    begin_book(
        code="left", root=tree.units["my-tho"], first_day=date(2023, 1, 1), last_day=date(2023, 12, 31), measures=[]
    )
    assert end_abandoned_books() == 0
    monkeypatch.setattr(publishing, "ABANDONED_AFTER", timedelta(seconds=-1))
    assert end_abandoned_books() == 1
    assert not Book.objects.exists()


def test_days_that_leave_a_milestone_outside_are_named_before_publishing(tree):
    fair = replace(SHOPS, code="fair", kind="milestone", due=(date(2023, 12, 1),))
    plan = replace(EMPTY, first_day=date(2023, 1, 1), last_day=date(2023, 12, 31), indicators=(fair,))
    draft = begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)
    inputs = DraftHeadInput(draft.title, draft.code, date(2023, 1, 1), date(2023, 6, 30))
    save_draft_head(actor=tree.dung, draft_id=draft.pk, version=1, inputs=inputs)

    with pytest.raises(Refused) as refused:
        publish(draft, tree.dung)
    assert refused.value.problem.field == "fair"
