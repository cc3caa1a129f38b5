"""Attesting many: chosen, sampled, opened, confirmed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.adoption.actions import (
    BulkInput,
    attest,
    attest_bulks,
    attest_many,
    attest_many_people,
    draw_bulk,
    mark_opened,
)
from doanso.adoption.models import BulkDraw, DrawnPerson, Usage
from doanso.adoption.queries import level_by_person, stage_by_code
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.members.actions import transfer_member
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def draw_of(ward, count=12, actor="an", day=TODAY):
    return draw_bulk(
        actor=ward.tree.users[actor],
        unit=ward.tree.units["p4"],
        stage=ward.active,
        person_ids=ward.people(count),
        happened_on=day,
    )


def sample_of(draw):
    return list(draw.people.filter(sampled=True).values_list("person_id", flat=True))


def test_the_server_draws_the_sample(ward):
    draw = draw_of(ward)

    assert draw.people.count() == 12
    assert len(sample_of(draw)) == 3
    # Of 220 possible samples the same one 20 times running is no chance.
    assert len({frozenset(sample_of(draw_of(ward))) for _ in range(20)}) > 1


def test_nothing_is_confirmed_before_the_whole_sample_was_opened(ward):
    draw = draw_of(ward)
    sample = sample_of(draw)
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample[:2])

    with pytest.raises(Refused) as refused:
        attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert refused.value.problem.code == "sample_unopened"
    assert (Usage.objects.count(), ward.figure()) == (0, 0)


def test_only_rows_of_the_sample_can_be_opened_and_each_once(ward):
    draw = draw_of(ward)
    sample = sample_of(draw)
    others = [person for person in ward.people(12) if person not in sample]

    assert mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=others) == 0
    assert mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample) == 3
    assert mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample) == 0


def test_everybody_is_counted_once_with_a_line_of_history_each(ward):
    draw = draw_of(ward, day=date(2023, 11, 10))
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample_of(draw))

    usages = attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert len(usages) == 12
    assert {(usage.grade, usage.happened_on, usage.arrived_on) for usage in usages} == {(1, date(2023, 11, 10), TODAY)}
    assert [ward.figure(), ward.figure(on=date(2023, 11, 9)), ward.figure("p5")] == [12, 0, 0]
    assert AuditEvent.objects.filter(action="adoption.attest").count() == 12
    assert AuditEvent.objects.get(action="adoption.attest_many").object_id == draw.pk


def test_a_bulk_is_confirmed_once(ward):
    draw = draw_of(ward)
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample_of(draw))
    attest_many(actor=ward.tree.an, draw_id=draw.pk)

    with pytest.raises(Refused) as refused:
        attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert refused.value.problem.code == "already_attested"
    assert ward.figure() == 12


def test_a_bulk_is_in_force_over_a_lower_stage_of_the_day_also_after_the_clock_was_set_back(ward, monkeypatch):
    lower = stage_by_code("vneid", "level2-approved")
    usage = attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=lower, happened_on=TODAY)
    draw = draw_of(ward, 1)
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample_of(draw))
    monkeypatch.setattr(clock, "now", lambda: usage.recorded_at - timedelta(minutes=1))
    attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert level_by_person("vneid", ward.people(1), TODAY) == {ward.people(1)[0]: ward.active.level}
    assert ward.figure() == 1


def test_who_is_there_already_is_left_out(ward):
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 10, 1))

    draw = draw_of(ward, 3)

    assert draw.people.count() == 2
    with pytest.raises(Refused) as refused:
        draw_of(ward, 1)
    assert refused.value.problem.code == "all_there"


def test_nobody_chosen_and_a_day_ahead_are_refused(ward):
    with pytest.raises(Refused) as refused:
        draw_of(ward, 0)
    assert refused.value.problem.code == "nobody_chosen"

    with pytest.raises(Refused) as refused:
        draw_of(ward, 3, day=date(2023, 11, 13))
    assert refused.value.problem.code == "day_ahead"
    assert not BulkDraw.objects.exists()


def test_somebody_of_another_ward_among_them_refuses_all(ward):
    with pytest.raises(PermissionDenied):
        draw_bulk(
            actor=ward.tree.an,
            unit=ward.tree.units["p4"],
            stage=ward.active,
            person_ids=[*ward.people(3), ward.stranger.person_id],
            happened_on=TODAY,
        )

    assert not BulkDraw.objects.exists()


def test_another_officer_neither_opens_nor_confirms(ward):
    draw = draw_of(ward)

    with pytest.raises(PermissionDenied):
        mark_opened(actor=ward.tree.binh, draw_id=draw.pk, person_ids=sample_of(draw))
    with pytest.raises(PermissionDenied):
        attest_many(actor=ward.tree.binh, draw_id=draw.pk)


def test_who_moved_away_meanwhile_refuses_the_bulk(ward):
    draw = draw_of(ward)
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=sample_of(draw))
    transfer_member(actor=ward.tree.dung, member=ward.members[0], to=ward.tree.units["p5-kp1"], on=TODAY)

    with pytest.raises(Refused) as refused:
        attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert refused.value.problem.code == "people_moved"
    assert ward.figure("my-tho") == 0


def test_the_form_for_programs_keeps_the_same_rules(ward):
    usages = attest_many_people(
        actor=ward.tree.an, unit=ward.tree.units["p4"], stage=ward.active, person_ids=ward.people(5), happened_on=TODAY
    )

    draw = BulkDraw.objects.get()
    assert len(usages) == 5
    assert [drawn_person.opened_at is not None for drawn_person in draw.people.filter(sampled=True)] == [True] * 3
    assert ward.figure() == 5


def test_bulks_of_several_officers_go_in_one_action(ward):
    people, units = ward.people(12), ward.tree.units
    alone = BulkInput(ward.tree.an, units["p4"], ward.active, people[:3], TODAY)
    with CaptureQueriesContext(connection) as for_one:
        attest_bulks([alone])
    bulks = [
        alone._replace(person_ids=people[3:8]),
        BulkInput(ward.tree.binh, units["p4-kp1"], ward.active, people[8:], TODAY),
    ]

    with CaptureQueriesContext(connection) as for_two:
        first, second = attest_bulks(bulks)

    # Two more: which roles Binh holds, and whom Binh may attest.
    assert len(for_two) == len(for_one) + 2
    assert [drawn_person.person_id for drawn_person in first] == people[3:8]
    assert {(drawn_person.seen_by_id, drawn_person.arrived_on) for drawn_person in second} == {
        (ward.tree.binh.pk, TODAY)
    }
    draws = BulkDraw.objects.filter(pk__in=DrawnPerson.objects.filter(person__in=people[3:]).values("draw"))
    assert {
        (drawn_person.drawn_by_id, drawn_person.people.count(), drawn_person.people.exclude(opened_at=None).count())
        for drawn_person in draws
    } == {
        (ward.tree.an.pk, 5, 3),
        (ward.tree.binh.pk, 4, 3),
    }
    assert AuditEvent.objects.filter(action="adoption.attest").count() == 12
    assert AuditEvent.objects.filter(action__in=["adoption.draw_bulk", "adoption.attest_many"]).count() == 6
    assert ward.figure() == 12


def test_bulks_are_refused_as_a_whole(ward):
    people, p4 = ward.people(6), ward.tree.units["p4"]
    right = BulkInput(ward.tree.an, p4, ward.active, people[:3], TODAY)

    with pytest.raises(PermissionDenied):
        attest_bulks([right, right._replace(actor=ward.tree.chi, person_ids=people[3:])])
    with pytest.raises(ValueError, match="same person"):
        attest_bulks([right, right._replace(person_ids=people[2:])])

    assert (Usage.objects.count(), BulkDraw.objects.count(), ward.figure()) == (0, 0, 0)
