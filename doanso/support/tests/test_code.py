"""The receipt's code: only with the year of birth, a few tries, and the same answer and work for unknown codes."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from doanso.lib.access_codes import clean_code
from doanso.lib.problems import Refused
from doanso.support import receipt_keys, rules
from doanso.support.actions import try_code
from doanso.support.models import Tries
from doanso.support.tests.conftest import record_input, shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def code(ward) -> str:
    [support_record] = ward.support_record(record_input())
    keys = receipt_keys.keys_of(support_record.receipt)
    assert keys is not None
    return keys.code


def test_code_and_year_open_the_receipt_however_the_code_is_typed(code):
    answer = Client().post("/r/", {"code": f" {code.lower()} ", "birth_year": "1951"})

    assert answer.status_code == 302
    assert Client().get(answer["Location"]).status_code == 200


def test_a_wrong_year_and_an_unknown_code_get_the_same_answer_and_the_same_work(code):
    answers = []
    for typed, year in ((code, "1952"), ("22222222", "1951"), (code, "1953")):
        with CaptureQueriesContext(connection) as caught:
            answer = Client().post("/r/", {"code": typed, "birth_year": year}, REMOTE_ADDR=f"10.0.0.{year[-1]}")
        assert answer.status_code == 422
        shown = re.sub(r'value="[^"]*"', "", answer.content.decode())
        answers.append(([query["sql"].split()[0] for query in caught], shown))

    assert answers[0] == answers[1] == answers[2]


def test_after_five_misses_even_the_right_year_is_not_looked_at(code):
    for year in range(1960, 1965):
        assert try_code(code=clean_code(code), birth_year=year, network="a") is None

    with pytest.raises(Refused) as refused:
        try_code(code=clean_code(code), birth_year=1951, network="b")
    assert refused.value.problem.code == "too_many_tries"


def test_a_code_that_does_not_exist_is_limited_alike():
    for year in range(1960, 1965):
        assert try_code(code="22222222", birth_year=year, network="a") is None

    with pytest.raises(Refused):
        try_code(code="22222222", birth_year=1951, network="b")


def test_one_place_tries_sixty_codes_an_hour():
    for number in range(rules.TRIES_OF_A_PLACE):
        assert try_code(code=f"2222{number:04}", birth_year=1951, network="a") is None

    with pytest.raises(Refused):
        try_code(code="33333333", birth_year=1951, network="a")
    assert try_code(code="33333333", birth_year=1951, network="b") is None


def test_opening_it_often_is_no_miss(code):
    for _time in range(10):
        assert try_code(code=clean_code(code), birth_year=1951, network="a") is not None
    assert set(Tries.objects.values_list("count", flat=True)) == {0}


def test_tries_keep_neither_code_nor_address(code):
    try_code(code="22222222", birth_year=1951, network="10.0.0.1")

    assert all(len(key) == 64 for key in Tries.objects.values_list("key", flat=True))


def test_a_shop_without_a_year_is_opened_by_its_link_alone(ward):
    [bare] = ward.support_record(shop())
    [dated] = ward.support_record(shop("Quán Cô Tư", receipt_birth_year=1970))

    assert receipt_keys.keys_of(bare.receipt).code == ""
    code = receipt_keys.keys_of(dated.receipt).code
    assert try_code(code=clean_code(code), birth_year=1970, network="a") == dated.receipt
