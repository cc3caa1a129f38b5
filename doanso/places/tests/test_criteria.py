"""Criteria: the shipped sets, a committee's own versions, and places that keep theirs."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.places import actions, queries
from doanso.places.kinds import kind_named, kinds
from doanso.places.models import CriteriaSet, Criterion
from doanso.places.tests.conftest import StreetScene


def begin(street: StreetScene, kind: str = "digital-street") -> CriteriaSet:
    return actions.begin_criteria(actor=street.tree.dung, kind=kind_named(kind), owner=street.unit("my-tho"))


def test_the_shipped_kinds_have_nine_and_eight_criteria_all_assumed() -> None:
    shipped = {kind.code: kind for kind in kinds()}
    assert {code: len(kind.criteria) for code, kind in shipped.items()} == {"digital-street": 9, "cashless-market": 8}
    assert {plan.basis for kind in shipped.values() for plan in kind.criteria} == {"assumed"}
    seventh = shipped["digital-street"].criteria[6]
    assert (seventh.formula, seventh.threshold, seventh.second_threshold) == ("shops.cashless", 900, 700)
    groups = list(dict.fromkeys(plan.group for plan in shipped["digital-street"].criteria))
    assert groups == ["Tiếp cận thông tin", "Hộ dân tham gia", "Hộ kinh doanh tham gia", "Số hóa điểm công cộng"]


def test_a_published_version_is_for_new_places_and_old_ones_move_with_a_reason(street: StreetScene) -> None:
    old = street.in_progress()
    draft = begin(street)
    assert (draft.version, draft.criteria.count()) == (2, 9)
    assert begin(street).pk == draft.pk
    last = draft.criteria.get(number=9)
    actions.remove_criterion(actor=street.tree.dung, draft=draft, criterion_id=last.pk)
    published = actions.publish_criteria(actor=street.tree.dung, draft=draft, note="Bỏ tiêu chí 9 theo công văn")
    assert street.create("Đường Hùng Vương").criteria_set == published
    assert street.fresh(old).criteria_count == 9
    assert queries.newer_set(street.fresh(old), kind_named("digital-street")) == published
    with pytest.raises(Refused, match="place_reason_missing"):
        street.step(actions.use_criteria, old, criteria_set=published, reason=" ")
    street.step(actions.use_criteria, old, criteria_set=published, reason="Thống nhất cả thành phố")
    assert (street.fresh(old).criteria_set, street.fresh(old).criteria_count) == (published, 8)
    with pytest.raises(Refused, match="criteria_published"):
        actions.remove_criterion(actor=street.tree.dung, draft=published, criterion_id=last.pk)


def test_criteria_are_moved_and_numbered_anew(street: StreetScene) -> None:
    draft = begin(street)
    first, second = draft.criteria.get(number=1), draft.criteria.get(number=2)
    actions.move_criterion(actor=street.tree.dung, draft=draft, criterion_id=second.pk, up=True)
    assert [Criterion.objects.get(pk=each.pk).number for each in (first, second)] == [2, 1]
    actions.move_criterion(actor=street.tree.dung, draft=draft, criterion_id=second.pk, up=True)
    # At the end of the list nothing is written.
    events = AuditEvent.objects.filter(object_id=draft.pk).order_by("id")
    assert list(events.values_list("action", flat=True)) == ["places.begin_criteria", "places.write_criterion"]
    actions.remove_criterion(actor=street.tree.dung, draft=draft, criterion_id=second.pk)
    assert list(draft.criteria.values_list("number", flat=True)) == list(range(1, 9))


def test_a_criterion_that_was_removed_meanwhile_is_removed_once_and_neither_moved_nor_changed(
    street: StreetScene,
) -> None:
    draft = begin(street)
    last, plan = draft.criteria.get(number=9), kind_named("digital-street").criteria[8]
    common = {"actor": street.tree.dung, "draft": draft, "criterion_id": last.pk}
    for _time in range(2):
        actions.remove_criterion(**common)
    assert AuditEvent.objects.filter(object_id=draft.pk, action="places.write_criterion").count() == 1
    for act in (
        lambda: actions.move_criterion(up=True, **common),
        lambda: actions.save_criterion(plan=plan, **common),
    ):
        with pytest.raises(Refused, match="criterion_removed"):
            act()


def test_only_the_committee_writes_criteria(street: StreetScene) -> None:
    with pytest.raises(PermissionDenied):
        actions.begin_criteria(actor=street.tree.an, kind=kind_named("digital-street"), owner=street.unit("p4"))


def test_the_editor_in_the_browser(street: StreetScene, as_user: Any) -> None:
    client = as_user(street.tree.dung)
    assert "90% và ≥ 70%" in client.get(reverse("places:criteria")).content.decode()
    answer = client.post(reverse("places:begin-criteria", args=["cashless-market"]))
    draft = CriteriaSet.objects.get(owner=street.unit("my-tho"))
    address = reverse("places:criteria-set", args=[draft.pk])
    assert answer.headers["Location"] == address
    first = draft.criteria.get(number=1)
    data = {
        "title": first.title, "group": first.group, "formula": first.formula, "threshold_kind": "share",
        "threshold": "92,5", "basis": "stated", "why": "Công văn 12", "evidence": "", "help": "",
    }  # fmt: skip
    edit = reverse("places:criterion", args=[draft.pk, first.pk])
    assert client.post(edit, {**data, "threshold": "nhiều"}).status_code == 422
    assert client.post(edit, {**data, "threshold": "120"}).status_code == 422
    assert client.post(edit, {**data, "second_threshold": "50"}).status_code == 422
    assert client.post(edit, data).status_code == 302
    first.refresh_from_db()
    assert (first.threshold, first.basis, first.why) == (925, "stated", "Công văn 12")
    assert "≥ 92,5%" in client.get(address).content.decode()
    added = {**data, "title": "Chợ có camera", "formula": "check.yes", "threshold_kind": "yes", "threshold": ""}
    assert client.post(reverse("places:new-criterion", args=[draft.pk]), added).status_code == 302
    assert draft.criteria.count() == 9
    publish = reverse("places:publish-criteria", args=[draft.pk])
    assert client.post(publish, {"note": ""}).status_code == 422
    assert client.post(publish, {"note": "Thêm camera"}).status_code == 302
    assert as_user(street.tree.an).get(address).status_code == 200
    assert as_user(street.tree.an).get(edit).status_code == 404


def test_a_draft_is_discarded_and_the_set_in_force_stays(street: StreetScene, as_user: Any) -> None:
    draft = begin(street)
    assert as_user(street.tree.dung).post(reverse("places:discard-criteria", args=[draft.pk])).status_code == 302
    assert list(CriteriaSet.objects.values_list("owner", "version")) == [(None, 1)]
