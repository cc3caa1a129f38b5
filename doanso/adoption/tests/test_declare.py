"""What members say themselves, signed in or by a link: it waits at grade 0 until somebody has looked."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from doanso.adoption.actions import (
    attest,
    attest_declaration,
    attest_many,
    declare,
    draw_bulk,
    draw_declarations,
    make_links,
    mark_opened,
    return_declaration,
)
from doanso.adoption.models import Declaration, DeclareLink, Usage
from doanso.adoption.queries import declarations, level_by_person, stage_by_code
from doanso.adoption.queries.self_report import own_services, stay_of
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.queries import figures
from doanso.lib.problems import Refused
from doanso.members.actions import end_membership, transfer_member
from doanso.people.models import Person
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def khoa(ward):
    """The first member of the ward, who has a sign-in."""
    Person.objects.filter(pk=ward.members[0].person_id).update(user=ward.tree.khoa)
    return ward.tree.khoa


def link_for(ward, place: int = 0) -> str:
    [new_link] = make_links(actor=ward.tree.binh, member_ids=[ward.members[place].pk])
    return new_link.token


def by_link(ward, place: int = 0) -> Declaration:
    usage = declare(actor=None, token=link_for(ward, place), stage=ward.active)
    return usage.declaration


def own(ward, place: int = 0, service: str = "vneid"):
    stay = stay_of(ward.members[place].person_id)
    return next(own_service for own_service in own_services(stay) if own_service.service.pk == service)


def test_a_signed_in_member_declares_and_it_counts_nowhere_yet(ward, khoa):
    usage = declare(actor=khoa, stage=ward.active)

    assert (usage.grade, usage.seen_by_id, usage.happened_on) == (0, None, TODAY)
    assert usage.declaration.declared_by == khoa
    assert ward.figure() == 0
    assert level_by_person("vneid", [usage.person_id], TODAY)[usage.person_id] == 0
    assert own(ward).waiting == usage
    event = AuditEvent.objects.get(action="adoption.declare")
    assert (event.actor_id, event.object_id) == (khoa.pk, usage.pk)


def test_a_declaration_counts_in_a_book_whose_least_grade_is_0(ward, khoa):
    book = open_book(
        code="self-reports",
        root=ward.tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[
            MeasurePlan(code="m", family="adoption.state", topic="vneid", level=ward.active.level, least_grade=0)
        ],
    )

    declare(actor=khoa, stage=ward.active)

    unit = ward.tree.units["p4"].pk
    assert figures(book=book, unit_ids=[unit], on=TODAY)[unit, "m"].total == 1


def test_a_link_speaks_for_one_person_without_an_account(ward):
    token = link_for(ward)

    usage = declare(actor=None, token=token, stage=ward.active)

    link = DeclareLink.objects.get()
    assert usage.person_id == ward.members[0].person_id
    assert (usage.declaration.link, usage.declaration.declared_by) == (link, None)
    assert token not in str(DeclareLink.objects.values().get())
    assert len(token) == 22
    event = AuditEvent.objects.get(action="adoption.declare")
    assert (event.actor_id, event.actor_note) == (None, "link")


def test_a_link_tells_of_each_service_once(ward):
    token = link_for(ward)
    usage = declare(actor=None, token=token, stage=stage_by_code("vneid", "level1"))
    attest_declaration(actor=ward.tree.binh, declaration_id=usage.declaration.pk)

    with pytest.raises(Refused) as refused:
        declare(actor=None, token=token, stage=ward.active)
    declare(actor=None, token=token, stage=stage_by_code("portal", "account"))

    assert refused.value.problem.code == "link_used"
    assert Declaration.objects.count() == 2


@pytest.mark.parametrize("end", ["old", "replaced", "unknown", "left"])
def test_a_link_that_leads_nowhere_says_the_same_whatever_the_reason(ward, end):
    token = link_for(ward)
    if end == "replaced":
        link_for(ward)
    elif end == "unknown":
        token = "x" * 22
    elif end == "left":
        end_membership(actor=ward.tree.an, member=ward.members[0], state="grown-out", on=TODAY)
    made_at = DeclareLink.objects.earliest("made_at").made_at
    later = timedelta(days=14) if end == "old" else timedelta(minutes=1)
    with time_machine.travel(made_at + later, tick=False), pytest.raises(Refused) as refused:
        declare(actor=None, token=token, stage=ward.active)

    assert refused.value.problem.code == "link_closed"
    assert not Usage.objects.exists()


def test_a_link_holds_until_its_last_minute(ward):
    token = link_for(ward)
    with time_machine.travel(DeclareLink.objects.get().made_at + timedelta(days=14, seconds=-1), tick=False):
        declare(actor=None, token=token, stage=ward.active)


def test_links_are_made_only_for_members_whom_one_attests(ward):
    with pytest.raises(PermissionDenied):
        make_links(actor=ward.tree.binh, member_ids=[ward.members[0].pk, ward.stranger.pk])
    with pytest.raises(Refused) as refused:
        make_links(actor=ward.tree.binh, member_ids=[])

    assert refused.value.problem.code == "nobody_chosen"
    assert not DeclareLink.objects.exists()


def test_the_same_is_not_declared_twice_and_nothing_below_what_is_attested(ward, khoa):
    declare(actor=khoa, stage=stage_by_code("vneid", "level1"))
    with pytest.raises(Refused) as twice:
        declare(actor=khoa, stage=ward.active)
    attest(actor=ward.tree.binh, member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY)
    with pytest.raises(Refused) as below:
        declare(actor=khoa, stage=stage_by_code("vneid", "level1"))
    with pytest.raises(Refused) as second_refusal:
        declare(actor=khoa, stage=stage_by_code("register", "recorded"))

    codes = [refusal.value.problem.code for refusal in (twice, below, second_refusal)]
    assert codes == ["waiting_already", "reached_already", "not_by_member"]


def test_nobody_without_a_membership_of_their_own_declares(ward):
    with pytest.raises(PermissionDenied):
        declare(actor=ward.tree.minh, stage=ward.active)


def test_an_officer_who_looks_makes_it_count_from_its_own_day(ward, khoa, business_day):
    business_day(date(2023, 11, 2))
    usage = declare(actor=khoa, stage=ward.active)
    business_day(TODAY)

    attest_declaration(actor=ward.tree.binh, declaration_id=usage.declaration.pk)

    usage.refresh_from_db()
    assert (usage.grade, usage.seen_by) == (1, ward.tree.binh)
    assert (ward.figure(on=date(2023, 11, 1)), ward.figure(on=date(2023, 11, 2))) == (0, 1)
    assert own(ward).level == ward.active.level
    with pytest.raises(Refused) as again:
        attest_declaration(actor=ward.tree.an, declaration_id=usage.declaration.pk)
    assert again.value.problem.code == "not_waiting"


def test_nobody_attests_their_own_word(ward):
    Person.objects.filter(pk=ward.members[0].person_id).update(user=ward.tree.binh)
    usage = declare(actor=ward.tree.binh, stage=ward.active)
    codes = []
    for action in (
        lambda: attest_declaration(actor=ward.tree.binh, declaration_id=usage.declaration.pk),
        lambda: attest(actor=ward.tree.binh, member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY),
        lambda: draw_declarations(
            actor=ward.tree.binh, unit=ward.tree.units["p4-kp1"], declaration_ids=[usage.declaration.pk]
        ),
        lambda: draw_bulk(
            actor=ward.tree.binh, unit=ward.tree.units["p4-kp1"], stage=ward.active, person_ids=ward.people(2),
            happened_on=TODAY,
        ),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            action()
        codes.append(refused.value.problem.code)

    assert codes == ["own_record"] * 4
    attest_declaration(actor=ward.tree.an, declaration_id=usage.declaration.pk)
    assert ward.figure() == 1


def test_a_stranger_decides_nothing(ward):
    declaration = by_link(ward)
    for action in (attest_declaration, lambda **words: return_declaration(reason="Chưa", **words)):
        with pytest.raises(PermissionDenied):
            action(actor=ward.tree.chi, declaration_id=declaration.pk)


def test_what_is_returned_counts_nowhere_and_may_be_declared_again(ward):
    token = link_for(ward)
    declaration = declare(actor=None, token=token, stage=ward.active).declaration
    with pytest.raises(Refused) as silent:
        return_declaration(actor=ward.tree.binh, declaration_id=declaration.pk, reason="  ")

    return_declaration(actor=ward.tree.binh, declaration_id=declaration.pk, reason="Máy chưa có  ứng dụng")

    assert silent.value.problem.code == "reason_missing"
    shown = own(ward)
    assert (shown.waiting, shown.returned.reason) == (None, "Máy chưa có ứng dụng")
    assert shown.level == 0
    again = declare(actor=None, token=token, stage=ward.active)
    assert own(ward).waiting == again
    assert own(ward).returned is None
    attest_declaration(actor=ward.tree.binh, declaration_id=again.declaration.pk)
    assert ward.figure() == 1


def test_what_the_officer_records_later_overtakes_the_declaration(ward):
    declaration = by_link(ward)

    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY)

    assert not declarations.waiting_declarations().exists()
    with pytest.raises(Refused):
        attest_declaration(actor=ward.tree.an, declaration_id=declaration.pk)
    assert ward.figure() == 1


def test_a_fall_counts_only_once_somebody_has_looked(ward, khoa):
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 10, 1))

    fallen = declare(actor=khoa, stage=stage_by_code("vneid", "none"))
    before = ward.figure()
    attest_declaration(actor=ward.tree.an, declaration_id=fallen.declaration.pk)

    assert (before, ward.figure()) == (1, 0)
    assert ward.figure(on=TODAY - timedelta(days=1)) == 1


def test_many_are_attested_under_the_rule_of_the_sample(ward):
    declaration_ids = [by_link(ward, place).pk for place in range(5)]
    unit = ward.tree.units["p4"]

    draw = draw_declarations(actor=ward.tree.an, unit=unit, declaration_ids=declaration_ids)
    with pytest.raises(Refused) as unopened:
        attest_many(actor=ward.tree.an, draw_id=draw.pk)
    sample = draw.people.filter(sampled=True).values_list("person_id", flat=True)
    mark_opened(actor=ward.tree.an, draw_id=draw.pk, person_ids=list(sample))
    # Somebody else has returned one of them meanwhile.
    return_declaration(actor=ward.tree.binh, declaration_id=declaration_ids[0], reason="Chưa")
    usages = attest_many(actor=ward.tree.an, draw_id=draw.pk)

    assert unopened.value.problem.code == "sample_unopened"
    assert len(sample) == 3
    assert (len(usages), ward.figure()) == (4, 4)
    assert Usage.objects.filter(grade=1, seen_by=ward.tree.an).count() == 4


def test_a_bulk_is_of_one_stage_and_of_what_waits(ward):
    declaration = by_link(ward, 0)
    other = declare(actor=None, token=link_for(ward, 1), stage=stage_by_code("portal", "account")).declaration
    unit = ward.tree.units["p4"]
    with pytest.raises(Refused) as several:
        draw_declarations(actor=ward.tree.an, unit=unit, declaration_ids=[declaration.pk, other.pk])
    return_declaration(actor=ward.tree.an, declaration_id=declaration.pk, reason="Chưa")
    with pytest.raises(Refused) as decided:
        draw_declarations(actor=ward.tree.an, unit=unit, declaration_ids=[declaration.pk])

    assert (several.value.problem.code, decided.value.problem.code) == ("several_stages", "not_waiting")


def test_a_transfer_takes_the_waiting_word_along(ward):
    declaration = by_link(ward)

    transfer_member(actor=ward.tree.dung, member=ward.members[0], to=ward.tree.units["p5-kp1"], on=TODAY)

    with pytest.raises(PermissionDenied):
        attest_declaration(actor=ward.tree.binh, declaration_id=declaration.pk)
    attest_declaration(actor=ward.tree.chi, declaration_id=declaration.pk)
    assert (ward.figure("p4"), ward.figure("p5")) == (0, 1)
