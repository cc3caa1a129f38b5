import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import citizen_id
from doanso.lib.problems import Problem, Refused

PLACES = ["001", "002", "008", "010", "079", "080", "082", "083", "087", "096"]
numbers = st.tuples(
    st.sampled_from(PLACES),
    st.sampled_from("0123"),
    st.from_regex("[0-9]{2}", fullmatch=True),
    st.from_regex("[0-9]{6}", fullmatch=True),
).map("".join)


@pytest.mark.parametrize(
    ("written", "value", "kind"),
    [
        ("082099000001", "082099000001", "citizen"),
        (" 082 099 000 001 ", "082099000001", "citizen"),
        ("082.099.000.001", "082099000001", "citizen"),
        ("'082099000001", "082099000001", "citizen"),
        (82099000001, "082099000001", "citizen"),
        (82099000001.0, "082099000001", "citizen"),
        ("82099000001", "082099000001", "citizen"),
        ("82099000001.0", "082099000001", "citizen"),
        ("8.2099000001E10", "082099000001", "citizen"),
        (1201012345, "001201012345", "citizen"),
        ("312345678", "312345678", "old_card"),
        (312345678.0, "312345678", "old_card"),
    ],
)
def test_normalise(written, value, kind):
    number = citizen_id.normalise(written)
    assert (number.value, number.kind) == (value, kind)


@pytest.mark.parametrize(
    ("written", "about", "codes"),
    [
        ("003099000001", {}, ["citizen_id_place"]),
        ("082099000001", {"birth_year": 1999, "sex": "male"}, []),
        ("082305000001", {"birth_year": 2005, "sex": "female"}, []),
        ("082099000001", {"birth_year": 1998}, ["citizen_id_birth_year"]),
        ("082099000001", {"birth_year": 2099}, ["citizen_id_birth_year"]),
        ("082099000001", {"sex": "female"}, ["citizen_id_sex"]),
        ("082199000001", {"sex": "male"}, ["citizen_id_sex"]),
        (
            "003199000001",
            {"birth_year": 1990, "sex": "male"},
            ["citizen_id_place", "citizen_id_birth_year", "citizen_id_sex"],
        ),
        ("12345678", {}, ["citizen_id_zero_restored"]),
        (82099000001, {}, ["citizen_id_zero_restored"]),
        (82099000001, {"birth_year": 1999, "sex": "male"}, []),
        (82099000001, {"birth_year": 1989}, ["citizen_id_birth_year"]),
        (1201012345, {}, ["citizen_id_zero_restored"]),
        ("082499000001", {}, ["citizen_id_birth_year"]),
        ("111111111111", {}, ["citizen_id_made_up", "citizen_id_place"]),
        ("000000000", {}, ["citizen_id_made_up"]),
        (912345678, {}, ["citizen_id_perhaps_phone"]),
        ("701234567", {}, ["citizen_id_perhaps_phone"]),
        ("012345678", {}, []),
        ("312345678", {"birth_year": 1990, "sex": "male"}, []),
    ],
)
def test_doubts_are_warnings(written, about, codes):
    assert [problem.code for problem in citizen_id.normalise(written, **about).warnings] == codes


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "citizen_id_empty"),
        ("-", "citizen_id_empty"),
        ("chưa có", "citizen_id_not_digits"),
        ("08209900000A", "citizen_id_not_digits"),
        ("1234567", "citizen_id_length"),
        ("0912345678", "citizen_id_phone"),
        ("0341234567", "citizen_id_phone"),
        ("0820990000012", "citizen_id_length"),
        ("03099000001", "citizen_id_length"),
        ("82999000001", "citizen_id_length"),
        ("8.21E+10", "citizen_id_rounded"),
        (82099000001.5, "citizen_id_not_digits"),
        (float("inf"), "citizen_id_not_digits"),
    ],
)
def test_refusals(written, code):
    with pytest.raises(Refused) as refusal:
        citizen_id.normalise(written)
    assert refusal.value.problem.code == code
    assert refusal.value.problem.message


@given(numbers, st.sampled_from([str, int, float]))
def test_zeros_lost_in_excel_come_back(number, lose):
    written = number if lose is str else lose(number)
    own = citizen_id.CitizenId(number, "citizen")
    restored = citizen_id.normalise(written, birth_year=own.birth_year)
    assert (restored.value, restored.kind) == (number, "citizen")
    assert {one.code for one in restored.warnings} <= {"citizen_id_made_up"}


@given(numbers)
def test_the_number_agrees_with_itself(number):
    own = citizen_id.CitizenId(number, "citizen")
    assert citizen_id.normalise(number, birth_year=own.birth_year, sex=own.sex).warnings == ()


@given(st.text() | st.integers() | st.floats())
def test_anything_is_a_number_or_a_named_refusal(written):
    outcome = _outcome(written)
    if isinstance(outcome, Problem):
        assert outcome.code.startswith("citizen_id_")
    else:
        assert len(outcome.value) == {"citizen": 12, "old_card": 9}[outcome.kind]


def _outcome(written):
    try:
        return citizen_id.normalise(written)
    except Refused as refusal:
        return refusal.problem


def test_what_the_number_says():
    number = citizen_id.CitizenId("082305000001", "citizen")
    assert (number.birth_year, number.sex) == (2005, "female")
    assert (
        citizen_id.CitizenId("312345678", "old_card").birth_year,
        citizen_id.CitizenId("312345678", "old_card").sex,
    ) == (None, None)


def test_masked():
    assert citizen_id.mask_citizen_id("082099000023") == "0820••••••23"
    assert citizen_id.mask_citizen_id("312345678") == "3123•••78"
    assert citizen_id.mask_citizen_id("12") == "••"
