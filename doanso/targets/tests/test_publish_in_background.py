"""Publishing where much was recorded before: the worker counts it, the page shows how far it is, units see nothing half."""

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from doanso.ledger.models import Book
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.targets.actions import begin_draft, edit_programme, loading, publishing, save_indicator
from doanso.targets.actions.publishing import continue_publication, publish_draft, resume_publications
from doanso.targets.copying import shift_plan
from doanso.targets.models import DraftState, PlanOrigin, Programme
from doanso.targets.queries import progress
from doanso.targets.queries.plans import draft_stamp, indicator_plan_of, plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(loaded, monkeypatch):
    """The programme copied to 2024, in a ledger with more subjects than are counted within a request."""
    monkeypatch.setattr(publishing, "FILLED_AT_ONCE", 0)
    plan = shift_plan(plan_of(loaded.programme), 1)
    return begin_draft(actor=loaded.tree.dung, root=loaded.tree.units["my-tho"], plan=plan, origin=PlanOrigin.COPY)


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def stamp_of(draft) -> int:
    return draft_stamp(draft, draft.indicators.all())


def test_the_page_waits_for_the_worker_and_then_leads_to_the_programme(
    loaded, as_user, draft, django_capture_on_commit_callbacks
):
    client, address = as_user(loaded.tree.dung), f"/programmes/drafts/{draft.pk}/publish/"
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"stamp": stamp_of(draft), "reason": "Kế hoạch 2024"}).url == address
    assert DBTaskResult.objects.get().args_kwargs["args"] == [str(draft.pk)]

    assert continue_publication(draft.pk, until=time.monotonic()) is False
    waiting = client.get(address)
    assert "Đang tính những gì đã ghi từ trước: 6 trong 6 người và bản ghi." in text_of(waiting)
    assert 'hx-trigger="every 2s"' in text_of(waiting)
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert not Programme.objects.filter(code="my-tho-2024").exists()

    assert continue_publication(draft.pk, until=time.monotonic()) is True
    assert client.get(address, headers={"HX-Request": "true"})["HX-Redirect"] == "/programmes/my-tho-2024/indicators/"
    shown = client.get(address, follow=True)
    assert "Đã ban hành chương trình. Tiếp theo, hãy giao chỉ tiêu cho các đơn vị." in text_of(shown)
    programme = Programme.objects.get(code="my-tho-2024")
    assert programme.revisions.get().reason == "Kế hoạch 2024"
    by_code = {each.code: each for each in progress(programme, programme.root, date(2024, 1, 1))}
    assert by_code["vneid2-members"].denominator == 6
    assert list(recount()) == []


def test_while_it_is_published_nobody_saves_in_it_and_a_second_press_does_no_harm(loaded, draft):
    actor, stamp = loaded.tree.dung, stamp_of(draft)
    assert publish_draft(actor=actor, draft_id=draft.pk, stamp=stamp) is None
    row = draft.indicators.get(code="portal-residents")
    with pytest.raises(Refused) as refused:
        save_indicator(
            actor=actor,
            draft_id=draft.pk,
            indicator_id=row.pk,
            version=1,
            plan=replace(indicator_plan_of(row), target=6),
        )
    assert refused.value.problem.code == "draft_closed"

    assert publish_draft(actor=loaded.tree.giang, draft_id=draft.pk, stamp=stamp) is None
    assert continue_publication(draft.pk, until=time.monotonic() + 60) is True
    assert continue_publication(draft.pk, until=time.monotonic() + 60) is True
    assert Programme.objects.get(code="my-tho-2024").revisions.get().made_by == loaded.tree.giang


def test_what_the_worker_cannot_publish_is_open_again_and_says_why(loaded, as_user, draft):
    tree = loaded.tree
    publish_draft(actor=tree.giang, draft_id=draft.pk, stamp=stamp_of(draft))
    tree.giang.role_assignments.update(until=clock.today())

    assert continue_publication(draft.pk, until=time.monotonic() + 60) is True

    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert not Book.objects.filter(code=draft.code).exists()
    shown = text_of(as_user(tree.dung).get(f"/programmes/drafts/{draft.pk}/"))
    assert "Người bấm ban hành không còn quyền này. Hãy ban hành lại." in shown
    assert publish_draft(actor=tree.dung, draft_id=draft.pk, stamp=stamp_of(draft)) is None
    draft.refresh_from_db()
    assert draft.refusal == ""


def test_a_change_that_counts_nothing_new_is_published_at_once(loaded, monkeypatch):
    monkeypatch.setattr(publishing, "FILLED_AT_ONCE", 0)
    for module in (publishing, loading):
        monkeypatch.setattr(module, "fill_book", lambda book: pytest.fail("nothing has to be counted"))
    actor = loaded.tree.dung
    draft = edit_programme(actor=actor, programme=loaded.programme)
    row = draft.indicators.get(code="portal-residents")
    raised = replace(indicator_plan_of(row), target=6000)
    save_indicator(actor=actor, draft_id=draft.pk, indicator_id=row.pk, version=1, plan=raised, reason="Kế hoạch 45")

    published = publish_draft(actor=actor, draft_id=draft.pk, stamp=stamp_of(draft) + 0, reason="Kế hoạch 45")

    assert published == loaded.programme
    assert published.revisions.count() == 2


def test_a_publication_whose_worker_died_is_enqueued_again(loaded, draft, django_capture_on_commit_callbacks):
    publish_draft(actor=loaded.tree.dung, draft_id=draft.pk, stamp=stamp_of(draft))
    assert resume_publications() == 0
    type(draft).objects.filter(pk=draft.pk).update(stepped_at=clock.now() - timedelta(minutes=3))

    with django_capture_on_commit_callbacks(execute=True):
        assert (resume_publications(), resume_publications()) == (1, 0)
    assert DBTaskResult.objects.count() == 1
