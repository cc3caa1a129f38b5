"""No attack is ever shown as valid, each is named by its own reason, and no byte of a signed file can be changed."""

import pytest

from doanso.signing.tests.attacks import added, answers, bent, keys, later, shadow, wrapped  # noqa: F401 (they fill the list)
from doanso.signing.tests.attacks.making import double, now, pki, single, trusted
from doanso.signing.tests.attacks.registry import ATTACKS
from doanso.signing.verification import VerdictState
from doanso.signing.verification.examine import examine

pytestmark = pytest.mark.sqlite_only


def test_there_are_enough_of_them():
    assert len(ATTACKS) >= 150


@pytest.mark.if_changed("daily", "files", "lib")
@pytest.mark.parametrize("name", sorted(ATTACKS))
def test_attack(name: str):
    attack = ATTACKS[name]
    verdict = examine(attack.build(), attack.trust(), attack.moment())
    assert not verdict.is_valid
    assert verdict.state is attack.state, verdict
    assert not attack.code or attack.code in verdict.codes, verdict
    assert "unexpected" not in verdict.codes


def test_every_other_byte_counts():
    data = double()
    assert examine(data, trusted(), now()).state is VerdictState.VALID
    for place in range(0, len(data), 97):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        assert not examine(bytes(changed), trusted(), now()).is_valid, place


@pytest.mark.long
def test_every_fifth_byte_of_a_signature_counts():
    data = single()
    for place in range(0, len(data), 5):
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        assert not examine(bytes(changed), trusted(), now()).is_valid, place


def test_every_cut_counts():
    data = single()
    assert pki() is not None
    for length in range(1, len(data) - 1, 211):
        assert not examine(data[:length], trusted(), now()).is_intact, length
