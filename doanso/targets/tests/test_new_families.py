"""What a new version can count reaches a running programme by an amendment that the checklist proposes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import RoleAssignment
from doanso.access.ports import action_sentence
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import freeze
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.setup.checklist import checklist_of, shown_on_today
from doanso.targets.actions import (
    decline_new_families,
    draft_new_families,
    edit_programme,
    publish_draft,
    remove_indicator,
    save_indicator,
)
from doanso.targets.models import DraftState, Indicator, Programme, ProgrammeDraft
from doanso.targets.queries import overview
from doanso.targets.queries.plans import draft_stamp, indicator_plan_of
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
NEW = "members.active"
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def older(loaded):
    """The programme as a release made it that had no family of active members."""
    programme = loaded.programme
    programme.known_families = [name for name in programme.known_families if name != NEW]
    programme.save(update_fields=["known_families"])
    return loaded


def _administrator(loaded) -> RoleAssignment:
    return RoleAssignment.objects.select_related("unit").get(user=loaded.tree.giang)


def proposed(loaded) -> list[tuple[str, list[str]]]:
    return [
        (each.code, [family.family for family in each.families])
        for each in checklist_of(_administrator(loaded)).new_families
    ]


def publish(loaded, draft: ProgrammeDraft) -> Programme | None:
    draft.refresh_from_db()
    stamp = draft_stamp(draft, draft.indicators.all())
    return publish_draft(actor=loaded.tree.dung, draft_id=draft.pk, stamp=stamp, reason="Phiên bản mới")


def test_a_programme_that_was_made_by_this_version_is_proposed_nothing(loaded):
    assert proposed(loaded) == []


def test_the_checklist_proposes_it_also_after_it_was_put_away(older, as_user):
    assert proposed(older) == [("my-tho-2023", [NEW])]
    assert shown_on_today(_administrator(older)) is not None

    client = as_user(older.tree.giang)
    client.post("/setup/checklist/put-away/")
    for address in ("/today/", "/setup/checklist/"):
        page = client.get(address).content.decode()
        assert 'data-new-families="my-tho-2023"' in page
        assert "Phiên bản mới có thêm 1 loại việc đếm được" in page


def test_one_click_drafts_it_without_a_target_and_twice_changes_nothing(older, as_user):
    client = as_user(older.tree.giang)
    answers = [client.post("/programmes/my-tho-2023/new-families/", {"do": "draft"}) for _press in range(2)]

    draft = ProgrammeDraft.objects.get(programme=older.programme)
    assert {answer["Location"] for answer in answers} == {f"/programmes/drafts/{draft.pk}/"}
    added = [row for row in draft.indicators.all() if row.values["family"] == NEW]
    assert [(row.values["target"], row.values["least_grade"]) for row in added] == [(0, 1)]
    assert not Indicator.objects.filter(family=NEW).exists()
    assert client.get(f"/programmes/drafts/{draft.pk}/").status_code == 200
    assert client.get(f"/programmes/drafts/{draft.pk}/indicators/{added[0].pk}/").status_code == 200
    with pytest.raises(Refused) as refused:
        publish(older, draft)
    assert refused.value.problem.field == added[0].code


def test_once_the_amendment_is_published_it_counts_and_is_owed_from_that_day(older):
    city = older.tree.units["my-tho"]
    freeze(book_id=older.programme.book_id, unit=city, since=older.programme.first_day, last_day=YESTERDAY)
    before = overview(older.programme, city, YESTERDAY).by_code("tiengiangs-members")
    draft = draft_new_families(actor=older.tree.dung, programme=older.programme)
    row = draft.indicators.get(code="members-active")
    plan = indicator_plan_of(row)
    values = {name: getattr(plan, name) for name in plan.__slots__} | {"target": 10}
    save_indicator(
        actor=older.tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=row.version, plan=type(plan)(**values)
    )

    assert publish(older, draft) is not None

    read = {on: overview(older.programme, city, on).by_code("members-active") for on in (YESTERDAY, TODAY)}
    assert [(each.target, each.pace) for each in read.values()] == [(None, None), (10, 0)]
    assert (read[TODAY].figure, read[TODAY].owed_since) == (6, TODAY)
    assert overview(older.programme, city, YESTERDAY).by_code("tiengiangs-members") == before
    assert list(recount()) == []
    assert proposed(older) == []


def test_what_the_committee_takes_out_of_the_draft_does_not_come_back_into_it(older):
    draft = draft_new_families(actor=older.tree.dung, programme=older.programme)
    row = draft.indicators.get(code="members-active")
    remove_indicator(actor=older.tree.dung, draft_id=draft.pk, indicator_id=row.pk, version=row.version)

    draft_new_families(actor=older.tree.dung, programme=older.programme)

    assert [row.removed for row in draft.indicators.filter(code__startswith="members-active")] == [True]


def test_a_draft_that_is_being_written_gets_it_too(older):
    begun = edit_programme(actor=older.tree.dung, programme=older.programme)
    count = begun.indicators.count()

    assert draft_new_families(actor=older.tree.dung, programme=older.programme) == begun
    assert begun.indicators.count() == count + 1


def test_what_is_declined_is_not_proposed_again_and_can_still_be_chosen(older, as_user):
    client = as_user(older.tree.giang)
    answer = client.post("/programmes/my-tho-2023/new-families/", {"do": "decline"}, follow=True)

    assert "Sẽ không đề xuất lại" in answer.content.decode()
    assert proposed(older) == []
    event = AuditEvent.objects.latest("id")
    assert (event.action, event.object_id) == ("targets.decline_families", older.programme.pk)
    assert action_sentence(event.action) == "quyết định chưa đếm việc mà phiên bản mới đếm được"
    older.programme.refresh_from_db()
    assert decline_new_families(actor=older.tree.dung, programme=older.programme) == []
    assert AuditEvent.objects.filter(action="targets.decline_families").count() == 1
    draft = edit_programme(actor=older.tree.dung, programme=older.programme)
    assert f'value="{NEW}?' in client.get(f"/programmes/drafts/{draft.pk}/indicators/new/").content.decode().replace(
        "&quot;", '"'
    )


def test_an_indicator_that_nothing_counted_is_counted_by_publishing_the_same_plan(older):
    older.programme.known_families.remove("events.held")
    older.programme.save(update_fields=["known_families"])
    indicator = Indicator.objects.filter(programme=older.programme, family="events.held").get()
    Indicator.objects.filter(pk=indicator.pk).update(numerator="")
    assert proposed(older) == [("my-tho-2023", [NEW, "events.held"])]
    decline_new_families(actor=older.tree.dung, programme=older.programme)

    draft = draft_new_families(actor=older.tree.dung, programme=older.programme)

    assert not draft.indicators.filter(code__startswith="events-held").exists()
    assert publish(older, draft) is not None
    indicator.refresh_from_db()
    assert indicator.numerator == indicator.code


def test_only_who_writes_programmes_decides(older, as_user):
    with pytest.raises(PermissionDenied):
        draft_new_families(actor=older.tree.an, programme=older.programme)
    with pytest.raises(PermissionDenied):
        decline_new_families(actor=older.tree.an, programme=older.programme)
    assert as_user(older.tree.an).post("/programmes/my-tho-2023/new-families/", {"do": "draft"}).status_code in (
        403,
        404,
    )
    assert not ProgrammeDraft.objects.exclude(state=DraftState.PUBLISHED).exists()
