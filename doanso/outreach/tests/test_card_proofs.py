"""Proofs by card or code that the second of a pair was present."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import clock
from doanso.outreach import card_keys
from doanso.outreach.actions import cards
from doanso.outreach.actions.cards import CardProof, ProofResult
from doanso.outreach.models import Card, Teammate
from doanso.outreach.rules import cards as rules
from doanso.outreach.tests.conftest import Outing, mate
from doanso.support.models import HelperKind
from doanso.testing import TODAY

YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def _card(outing: Outing, teammate: Teammate, **more: object) -> tuple[Card, card_keys.CardKeys]:
    card = Card(
        teammate=teammate,
        since=date(2023, 11, 1),
        until=date(2023, 12, 1),
        issued_at=clock.now(),
        issued_by=outing.tree.an,
    )
    for name, value in more.items():
        setattr(card, name, value)
    keys = card_keys.put_new_keys(card)
    card.save(force_insert=True)
    return card, keys


def _check(outing: Outing, *proofs: CardProof, unit: str = "p4") -> list[ProofResult]:
    with transaction.atomic():
        return cards.check_proofs(unit=outing.tree.units[unit], proofs=proofs)


def _code(teammate_id: UUID | None, code: str, day: date = TODAY) -> CardProof:
    return CardProof(teammate_id, "code", code, day)


def _scan(text: str, day: date = TODAY) -> CardProof:
    return CardProof(None, "card", text, day)


def _wrong(keys: card_keys.CardKeys) -> str:
    return f"{(int(keys.code) + 1) % 10**6:06}"


def test_a_card_proves_its_holder_by_qr_or_bare_secret(outing: Outing) -> None:
    ut = outing.mates["ut"]
    _made, keys = _card(outing, ut)
    texts = [keys.secret, f"https://doanso.example/c/{keys.secret}", f"https://10.0.0.7:8000/c/{keys.secret}/ "]
    assert _check(outing, *map(_scan, texts)) == [ProofResult(ut.pk, "")] * 3


def test_six_digits_prove_their_holder_and_nobody_else(outing: Outing) -> None:
    ut, hoa = outing.mates["ut"], outing.mates["hoa"]
    card, keys = _card(outing, ut)
    other, other_keys = _card(outing, hoa)
    typed = f"{keys.code[:3]} {keys.code[3:]}"
    assert _check(outing, _code(ut.pk, typed), _code(hoa.pk, other_keys.code)) == [
        ProofResult(ut.pk, ""),
        ProofResult(hoa.pk, ""),
    ]
    assert card_keys.code_lookup(card.pk, keys.code) != card_keys.code_lookup(other.pk, keys.code)
    assert keys.secret not in bytes(card.keys_encrypted).decode("latin-1")


@pytest.mark.parametrize("text", ["", "x", "A" * 22, "https://doanso.example/r/" + "A" * 22, "000000"])
def test_what_is_no_card_of_ours_is_unknown(outing: Outing, text: str) -> None:
    _card(outing, outing.mates["ut"])
    assert _check(outing, _scan(text)) == [ProofResult(None, "card_unknown")]


def test_a_teammate_without_a_card_has_no_code(outing: Outing) -> None:
    _card(outing, outing.mates["ut"])
    proofs = [_code(outing.mates["hoa"].pk, "123456"), _code(uuid4(), "123456"), _code(None, "123456")]
    assert _check(outing, *proofs) == [ProofResult(None, "card_unknown")] * 3


def test_a_card_of_another_unit_is_unknown(outing: Outing) -> None:
    ut = outing.mates["ut"]
    _made, keys = _card(outing, ut)
    proofs = [_scan(keys.secret), _code(ut.pk, keys.code)]
    assert _check(outing, *proofs, unit="p5") == [ProofResult(None, "card_unknown")] * 2


@pytest.mark.parametrize(
    ("day", "problem"),
    [
        (date(2023, 10, 31), "card_over"),
        (date(2023, 11, 1), ""),
        (date(2023, 11, 30), ""),
        (date(2023, 12, 1), "card_over"),
    ],
)
def test_a_card_is_judged_on_the_day_of_the_visit(outing: Outing, day: date, problem: str) -> None:
    ut = outing.mates["ut"]
    _made, keys = _card(outing, ut)
    proofs = [_scan(keys.secret, day), _code(ut.pk, keys.code, day)]
    assert _check(outing, *proofs) == [ProofResult(ut.pk, problem)] * 2


def test_a_revoked_card_is_over_from_that_day_on(outing: Outing) -> None:
    ut = outing.mates["ut"]
    _old, keys = _card(outing, ut, revoked_at=clock.now())
    days = [
        _scan(keys.secret, YESTERDAY),
        _scan(keys.secret),
        _code(ut.pk, keys.code, YESTERDAY),
        _code(ut.pk, keys.code),
    ]
    assert [checked.problem for checked in _check(outing, *days)] == ["", "card_over", "", "card_over"]


def test_the_code_of_the_day_is_that_of_the_card_of_the_day(outing: Outing) -> None:
    ut = outing.mates["ut"]
    _old, before = _card(outing, ut, revoked_at=clock.now())
    _new, after = _card(outing, ut, since=TODAY)
    proofs = [_code(ut.pk, before.code, YESTERDAY), _code(ut.pk, after.code), _code(ut.pk, before.code)]
    expected = "" if before.code == after.code else "code_wrong"
    assert [checked.problem for checked in _check(outing, *proofs)] == ["", "", expected]


@pytest.mark.parametrize("over", ["teammate", "team"])
def test_a_card_ends_with_its_teammate_and_their_team(outing: Outing, over: str) -> None:
    ut = outing.mates["ut"]
    _made, keys = _card(outing, ut)
    ending = ut if over == "teammate" else outing.team
    ending.until = TODAY
    ending.save()
    assert [checked.problem for checked in _check(outing, _scan(keys.secret, YESTERDAY), _scan(keys.secret))] == [
        "",
        "card_over",
    ]


def test_five_wrong_codes_stop_the_code_for_the_day_and_not_the_qr(outing: Outing, business_day) -> None:
    ut = outing.mates["ut"]
    card, keys = _card(outing, ut)
    for _time in range(4):
        assert _check(outing, _code(ut.pk, _wrong(keys))) == [ProofResult(ut.pk, "code_wrong")]
    assert _check(outing, _code(ut.pk, keys.code)) == [ProofResult(ut.pk, "")]
    # A visit of an earlier day does not circumvent it.
    proofs = [_code(ut.pk, _wrong(keys), YESTERDAY), _code(ut.pk, keys.code), _scan(keys.secret)]
    assert [checked.problem for checked in _check(outing, *proofs)] == ["code_wrong", "code_stopped", ""]
    card.refresh_from_db()
    assert (card.misses, card.missed_on) == (5, TODAY)
    business_day(TOMORROW)
    assert _check(outing, _code(ut.pk, keys.code, TODAY)) == [ProofResult(ut.pk, "")]
    assert _check(outing, _code(ut.pk, "")) == [ProofResult(ut.pk, "code_wrong")]
    card.refresh_from_db()
    assert (card.misses, card.missed_on) == (1, TOMORROW)


def test_misses_of_one_card_are_not_those_of_another(outing: Outing) -> None:
    ut, hoa = outing.mates["ut"], outing.mates["hoa"]
    _made, keys = _card(outing, ut)
    _other, other_keys = _card(outing, hoa)
    proofs = [*[_code(ut.pk, _wrong(keys))] * 6, _code(hoa.pk, other_keys.code), _code(ut.pk, keys.code)]
    assert [checked.problem for checked in _check(outing, *proofs)] == [
        *["code_wrong"] * 5,
        "code_stopped",
        "",
        "code_stopped",
    ]


def test_a_code_of_a_card_that_is_over_is_no_try(outing: Outing) -> None:
    card, _keys = _card(outing, outing.mates["ut"])
    _check(outing, _code(outing.mates["ut"].pk, "x", date(2023, 12, 1)))
    card.refresh_from_db()
    assert card.misses == 0


def _statements(outing: Outing, proofs: list[CardProof]) -> int:
    with (
        transaction.atomic(),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        cards.check_proofs(unit=outing.ward, proofs=proofs)
    return len(queries)


def test_a_hundred_proofs_take_as_many_statements_as_one(outing: Outing) -> None:
    cards = [
        (teammate := mate(outing.team, f"Người {word}", HelperKind.OFFICIAL, "women"), _card(outing, teammate)[1])
        for word in (f"{first}{second}" for first in "ABCDEFGHIJ" for second in "abcde")
    ]
    scans = [_scan(keys.secret) for _one, keys in cards]
    codes = [_code(teammate.pk, _wrong(keys)) for teammate, keys in cards]
    assert _statements(outing, []) == 0
    assert _statements(outing, scans[:1]) == _statements(outing, scans) == 1
    assert _statements(outing, [scans[0], codes[0]]) == _statements(outing, [*scans, *codes]) == 3
    assert _statements(outing, [_code(teammate.pk, keys.code) for teammate, keys in cards]) == 1
    assert set(Card.objects.exclude(teammate=cards[0][0]).values_list("misses", flat=True)) == {1}


# --- Arithmetic ---------------------------------------------------------------------------------------------------------


@given(st.lists(st.lists(st.tuples(st.sampled_from([0, 0, 1]), st.booleans()), max_size=9), max_size=4))
def test_of_a_days_codes_those_after_the_fifth_miss_open_nothing(batches: list[list[tuple[int, bool]]]) -> None:
    """However the codes of a day are spread over batches and whatever the days before were."""
    misses, today, wrong = rules.CodeMisses(4, YESTERDAY), TODAY, 0
    for batch in batches:
        for later, is_right in batch:
            if later:
                today, wrong = today + timedelta(days=1), 0
            problem, misses = rules.after_code(misses, is_right=is_right, today=today)
            if wrong >= rules.MOST_MISSES:
                assert problem == "code_stopped"
            else:
                assert problem == ("" if is_right else "code_wrong")
                wrong += not is_right
            assert misses.of(today) == wrong <= rules.MOST_MISSES


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_secret_unless_it_has_one(text: str) -> None:
    secret = rules.secret_of(text)
    assert secret in text
    assert len(secret) in {0, 22}
    assert len(rules.code_of(text)) in {0, 6}
