"""Asked again after 30 and after 90 days: the question comes from days alone, the answer stands beside the figure."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.adoption.actions import (
    UseAnswerInput,
    answer_use,
    answer_use_for,
    answer_use_for_many,
    attest,
    attest_declaration,
    declare,
    make_links,
)
from doanso.adoption.models import Service, Usage, UseAnswer, UseAnswerKind
from doanso.adoption.queries import active_members, stage_by_code
from doanso.adoption.queries.self_report import open_question, own_services, stay_of
from doanso.adoption.queries.usage_figures import due_questions, service_figures
from doanso.adoption.rules.self_report import TimedAnswer, question
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.testing import TODAY, taken_back
from tools.selection import examples

pytestmark = pytest.mark.django_db

GOT = date(2023, 8, 1)


@pytest.fixture
def vneid(ward):
    """The first member has VNeID since the first of August."""
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=GOT)
    return Service.objects.get(pk="vneid")


def token_of(ward) -> str:
    return make_links(actor=ward.tree.an, member_ids=[ward.members[0].pk])[0].token


def listed_questions(ward) -> list[str]:
    return list(due_questions(active_members()).values_list("service_id", flat=True))


def own(ward):
    return next(
        own_service
        for own_service in own_services(stay_of(ward.members[0].person_id))
        if own_service.service.pk == "vneid"
    )


@pytest.mark.parametrize(
    ("days", "answers", "expected"),
    [
        (29, [], None),
        (30, [], 30),
        (45, [(30, 31)], None),
        (89, [(30, 89)], None),
        (90, [(30, 31)], 90),
        (90, [], 90),
        (400, [(30, 31), (90, 95)], None),
        (91, [(90, 90)], None),
        # From before it was got anew.
        (40, [(90, -10)], 30),
    ],
)
def test_which_question_is_open(days, answers, expected):
    answered = [TimedAnswer(after, GOT + timedelta(days=on)) for after, on in answers]

    assert question(reached=GOT, answers=answered, today=GOT + timedelta(days=days)) == expected
    assert question(reached=None, answers=answered, today=GOT + timedelta(days=days)) is None


@pytest.mark.parametrize(("days", "listed"), [(29, []), (30, ["vneid"]), (89, ["vneid"]), (90, ["vneid"])])
def test_the_list_says_what_the_rule_says(ward, vneid, business_day, days, listed):
    business_day(GOT + timedelta(days=days))

    assert listed_questions(ward) == listed
    assert bool(own(ward).question) == bool(listed)


@settings(max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    levels=st.lists(st.tuples(st.integers(0, 200), st.integers(0, 2)), max_size=6),
    answers=st.lists(st.tuples(st.integers(0, 200), st.sampled_from([30, 90])), max_size=4),
)
def test_the_list_and_the_rule_agree_on_any_history(ward, levels, answers):
    person, unit = ward.members[0].person_id, ward.tree.units["p4-kp1"]
    ladder = {stage.level: stage for stage in Service.objects.get(pk="portal").stages.all()}
    with taken_back():
        for ago, level in levels:
            day = TODAY - timedelta(days=ago)
            Usage.objects.create(
                person_id=person, service_id="portal", stage=ladder[level], unit=unit, happened_on=day, arrived_on=TODAY,
                recorded_at=clock.now(), grade=1, seen_by=ward.tree.an,
            )  # fmt: skip
        for ago, after in answers:
            UseAnswer.objects.create(
                person_id=person, service_id="portal", unit=unit, asked_after=after, answer=UseAnswerKind.REGULAR,
                answered_on=TODAY - timedelta(days=ago), recorded_at=clock.now(),
            )  # fmt: skip
        question = open_question(person, "portal")
        listed = list(due_questions(active_members()))

    assert [row["service_id"] for row in listed] == (["portal"] if question else [])


def test_an_answer_closes_its_question_and_the_next_one_comes(ward, vneid, business_day):
    token = token_of(ward)
    business_day(GOT + timedelta(days=35))
    use_answer = answer_use(actor=None, token=token, service=vneid, answer=UseAnswerKind.REGULAR)
    after_first = listed_questions(ward)
    with pytest.raises(Refused) as twice:
        answer_use(actor=None, token=token, service=vneid, answer=UseAnswerKind.SELDOM)
    business_day(GOT + timedelta(days=90))
    at_ninety = (listed_questions(ward), own(ward).question)
    answer_use(actor=None, token=token, service=vneid, answer=UseAnswerKind.SELDOM)

    assert (use_answer.asked_after, use_answer.reported_by, after_first) == (30, None, [])
    assert twice.value.problem.code == "not_asked"
    assert at_ninety == (["vneid"], 90)
    assert (listed_questions(ward), own(ward).question) == ([], None)


def test_in_regular_use_stands_beside_has_it_and_never_in_it(ward, vneid):
    for place in (1, 2):
        attest(actor=ward.tree.an, member_id=ward.members[place].pk, stage=ward.active, happened_on=GOT)
    answer_use_for(actor=ward.tree.binh, member_id=ward.members[0].pk, service=vneid, answer=UseAnswerKind.REGULAR)
    answer_use_for(actor=ward.tree.binh, member_id=ward.members[1].pk, service=vneid, answer=UseAnswerKind.SELDOM)

    shown = next(
        service_figure for service_figure in service_figures(active_members()) if service_figure.service.pk == "vneid"
    )

    assert (shown.have, shown.regular, shown.answered, shown.to_ask) == (3, 1, 2, 1)
    assert ward.figure() == 3
    assert {service_figure.code: count for service_figure, count in shown.stages}["level2-active"] == 3


def test_whoever_can_use_it_no_longer_declares_so_and_it_waits(ward, vneid):
    answer_use(actor=None, token=token_of(ward), service=vneid, answer=UseAnswerKind.LOST)

    shown = own(ward)
    assert shown.waiting.stage == stage_by_code("vneid", "none")
    assert ward.figure() == 1
    attest_declaration(actor=ward.tree.binh, declaration_id=shown.waiting.declaration.pk)
    assert ward.figure() == 0
    # Got again, it is asked about again.
    assert listed_questions(ward) == []


def test_got_anew_it_is_asked_about_anew(ward, vneid, business_day):
    answer_use_for(actor=ward.tree.an, member_id=ward.members[0].pk, service=vneid, answer=UseAnswerKind.LOST)
    assert ward.figure() == 0
    business_day(TODAY + timedelta(days=10))
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY + timedelta(days=10))

    questions = []
    for days in (39, 40, 100):
        business_day(TODAY + timedelta(days=days))
        questions.append((listed_questions(ward), own(ward).question))

    assert questions == [([], None), (["vneid"], 30), (["vneid"], 90)]


def test_what_was_only_declared_is_not_asked_about(ward):
    declare(actor=None, token=token_of(ward), stage=ward.active)

    assert listed_questions(ward) == []
    with pytest.raises(Refused):
        answer_use_for(
            actor=ward.tree.an, member_id=ward.members[0].pk, service=ward.active.service, answer=UseAnswerKind.REGULAR
        )
    assert not UseAnswer.objects.exists()


def test_many_are_asked_at_once_and_only_who_is_asked_today_is_written_down(ward, vneid, business_day):
    business_day(GOT + timedelta(days=91))
    first, second = (member.person_id for member in ward.members[:2])
    inputs = [
        UseAnswerInput(first, "vneid", UseAnswerKind.REGULAR),
        UseAnswerInput(second, "vneid", UseAnswerKind.SELDOM),
    ]

    [use_answer] = answer_use_for_many(actor=ward.tree.an, unit=ward.tree.units["p4"], inputs=inputs)

    assert (use_answer.person_id, use_answer.asked_after, use_answer.answer, use_answer.reported_by) == (
        first,
        90,
        "regular",
        ward.tree.an,
    )
    assert listed_questions(ward) == []
    assert answer_use_for_many(actor=ward.tree.an, unit=ward.tree.units["p4"], inputs=inputs) == []


def test_a_service_lost_is_never_recorded_in_bulk_nor_by_somebody_elses_secretary(ward, vneid, business_day):
    business_day(GOT + timedelta(days=91))
    inputs = UseAnswerInput(ward.members[0].person_id, "vneid", UseAnswerKind.REGULAR)

    with pytest.raises(Refused):
        answer_use_for_many(
            actor=ward.tree.an, unit=ward.tree.units["p4"], inputs=[replace(inputs, answer=UseAnswerKind.LOST)]
        )
    with pytest.raises(PermissionDenied):
        answer_use_for_many(actor=ward.tree.users["binh"], unit=ward.tree.units["p5"], inputs=[inputs])
    assert not UseAnswer.objects.exists()
