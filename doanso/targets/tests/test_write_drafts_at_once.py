"""Two people who write one draft, begin one change or publish at the very same moment, on two connections."""

from dataclasses import replace

import pytest
from django.db import transaction

from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.targets.actions import begin_draft, edit_programme, load_programme, save_indicator
from doanso.targets.actions.drafts import ensure_services
from doanso.targets.actions.loading import Publication, end_unseen_counting, open_plan, write_plan
from doanso.targets.actions.publishing import publish_draft
from doanso.targets.models import DraftState, PlanOrigin, Programme, ProgrammeDraft, ProgrammeRevision
from doanso.targets.queries.plans import draft_stamp
from doanso.targets.tests.conftest import FILE
from doanso.targets.tests.test_programme_drafts import EMPTY, SHOPS

pytestmark = [pytest.mark.engines, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(tree):
    plan = replace(EMPTY, indicators=(SHOPS,))
    return begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.BLANK)


def test_of_two_saves_the_second_is_answered_with_the_first(tree, draft):
    row = draft.indicators.get()

    def save(actor, why):
        return save_indicator(
            actor=actor, draft_id=draft.pk, indicator_id=row.pk, version=1, plan=replace(SHOPS, why=why)
        )

    with transaction.atomic():
        save(tree.dung, "Của Dũng.")
        other = waiting(lambda: save(tree.giang, "Của Giang."))
    other.join(PATIENCE)

    row.refresh_from_db()
    assert other.answer == "draft_newer"
    assert (row.version, row.values["why"]) == (2, "Của Dũng.")


def test_two_who_begin_to_change_a_programme_write_one_draft(tree):
    programme = load_programme(actor=tree.dung, path=FILE)

    with transaction.atomic():
        first = edit_programme(actor=tree.dung, programme=programme)
        other = waiting(lambda: edit_programme(actor=tree.giang, programme=programme))
    other.join(PATIENCE)

    assert other.answer == first
    assert ProgrammeDraft.objects.get() == first


def test_nobody_saves_in_a_draft_that_is_being_published(tree, draft):
    row, stamp = draft.indicators.get(), draft_stamp(draft, draft.indicators.all())

    with transaction.atomic():
        save_indicator(
            actor=tree.giang, draft_id=draft.pk, indicator_id=row.pk, version=1, plan=replace(SHOPS, target=12)
        )
        other = waiting(lambda: publish_draft(actor=tree.dung, draft_id=draft.pk, stamp=stamp))
    other.join(PATIENCE)

    assert other.answer == "draft_newer"
    draft.refresh_from_db()
    assert draft.state == DraftState.OPEN
    assert not Programme.objects.exists()
    publish_draft(actor=tree.dung, draft_id=draft.pk, stamp=draft_stamp(draft, draft.indicators.all()))
    assert ProgrammeRevision.objects.get().plan["indicators"][0]["target"] == 12


def test_a_form_that_is_sent_twice_at_once_begins_one_draft(tree):
    ensure_services(tree.dung)
    key = uuid7()

    def begin():
        return begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=EMPTY, origin=PlanOrigin.BLANK, key=key)

    with transaction.atomic():
        first = begin()
        other = waiting(begin)
    other.join(PATIENCE)

    assert other.answer == first
    assert ProgrammeDraft.objects.get().pk == key


def test_the_end_of_a_refused_publication_waits_for_another_that_is_written_and_leaves_it_alone(tree):
    ensure_services(tree.dung)
    plan = replace(EMPTY, indicators=(SHOPS,))
    opened = open_plan(actor=tree.dung, plan=plan, publication=Publication())

    with transaction.atomic():
        programme = write_plan(actor=tree.dung, opened=opened)
        other = waiting(lambda: end_unseen_counting(plan.code))
    other.join(PATIENCE)

    assert other.answer is False
    assert set(programme.book.measures.values_list("code", flat=True)) == set(opened.measure_ids)
