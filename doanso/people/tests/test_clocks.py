"""The law's clocks over weekends, holidays and Tết."""

from datetime import date

import pytest

from doanso.lib import clock, encryption
from doanso.people import configuration
from doanso.people.actions import open_request
from doanso.people.models import Person, Request
from doanso.people.queries import DETAIL


@pytest.mark.parametrize(
    ("opened_on", "answer_by"),
    [
        (date(2023, 11, 13), date(2023, 11, 15)),  # Monday
        (date(2023, 11, 10), date(2023, 11, 14)),  # Friday: the weekend between
        (date(2023, 11, 11), date(2023, 11, 14)),  # Saturday
        (date(2024, 2, 7), date(2024, 2, 16)),  # the day before Tết
        (date(2023, 4, 28), date(2023, 5, 5)),  # the five days of April 2023
    ],
)
def test_two_working_days_to_answer(opened_on, answer_by):
    assert configuration.privacy_rules().answer_by(opened_on) == answer_by


@pytest.mark.parametrize(
    ("kind", "due_on"),
    [
        ("copy", date(2023, 11, 22)),
        ("correct", date(2023, 11, 22)),
        ("erase", date(2023, 12, 4)),  # 2 December is a Saturday
        ("withdraw", date(2023, 11, 27)),
        ("object", date(2023, 11, 27)),
    ],
)
def test_days_of_each_kind_from_12_november(kind, due_on):
    assert configuration.privacy_rules().due_on(kind, date(2023, 11, 12)) == due_on


def test_a_term_that_ends_within_tet_ends_after_it():
    assert configuration.privacy_rules().due_on("copy", date(2024, 1, 30)) == date(2024, 2, 15)


def test_the_committees_own_file_replaces_the_shipped_one(settings, tmp_path):
    settings.DATA = tmp_path
    text = (configuration.SHIPPED / "personal-data.toml").read_text(encoding="utf-8")
    (tmp_path / "personal-data.toml").write_text(text.replace("days = 20", "days = 7", 1), encoding="utf-8")

    assert configuration.privacy_rules().due_on("erase", date(2023, 11, 13)) == date(2023, 11, 20)


def test_a_request_gets_its_days_and_keeps_its_words_sealed(tree):
    person = Person.objects.create(created_at=clock.now())
    request = open_request(
        actor=None, person_id=person.pk, unit_id=tree.units["p4"].pk, kind="correct", channel="screen", detail="Tên Mai"
    )

    assert (request.opened_on, request.answer_by) == (date(2023, 11, 12), date(2023, 11, 14))
    assert request.due_on == date(2023, 11, 22)
    assert encryption.decrypt(request.detail_encrypted, context=DETAIL) == "Tên Mai"


def test_asking_twice_is_one_request(tree):
    person = Person.objects.create(created_at=clock.now())
    requests = [
        open_request(actor=None, person_id=person.pk, unit_id=tree.units["p4"].pk, kind="copy", channel="screen")
        for _time in range(2)
    ]

    assert requests[0].pk == requests[1].pk
    assert Request.objects.count() == 1
