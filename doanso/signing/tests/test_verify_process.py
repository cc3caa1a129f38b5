"""Verification in a process of its own: the same answer, and an answer whatever happens to it."""

import pytest

from doanso.signing.tests.attacks.added import EMPTY, OVER_WORDS, added
from doanso.signing.tests.attacks.making import base, double, now, single, trusted
from doanso.signing.verification import VerdictReason, VerdictState, VerificationRequest, verify, verify_many
from doanso.signing.verification import verify as package_verify
from doanso.signing.verification.examine import examine

pytestmark = [pytest.mark.sqlite_only, pytest.mark.apart]


def test_it_says_what_is_said_here():
    trust, moment = trusted(), now()
    assert verify(double(), trust=trust, moment=moment) == examine(double(), trust, moment)


def test_it_is_asked_about_a_place_that_a_signature_made_for_itself():
    trust, moment = trusted(), now()
    over, beside = (added(base(), box) for box in (OVER_WORDS, EMPTY))
    verdicts = [verify(item, trust=trust, moment=moment, own_place="Signature2") for item in (over, beside)]
    assert [(item.state, item.codes) for item in verdicts] == [
        (VerdictState.CHANGED, {"added_over"}),
        (VerdictState.VALID, set()),
    ]
    assert verdicts[0] == examine(over, trust, moment, own_place="Signature2")


def test_several_files_in_one_process():
    verdicts = verify_many(
        [VerificationRequest(base()), VerificationRequest(single()), VerificationRequest(b"")],
        trust=trusted(),
        moment=now(),
    )
    assert [verdict.state for verdict in verdicts] == [
        VerdictState.UNSIGNED,
        VerdictState.VALID,
        VerdictState.UNREADABLE,
    ]


def test_a_process_that_dies_takes_one_file_with_it(monkeypatch):
    module = __import__("doanso.signing.verification.verify", fromlist=["answers"])
    real_answers = module.answers
    deaths = iter([True])

    def dying(files, **options):
        if next(deaths, False):
            return real_answers(files[:1], **options)
        return real_answers(files, **options)

    monkeypatch.setattr(module, "answers", dying)
    verdicts = verify_many(
        [VerificationRequest(single()), VerificationRequest(single()), VerificationRequest(base())],
        trust=trusted(),
        moment=now(),
    )
    assert [verdict.state for verdict in verdicts] == [
        VerdictState.VALID,
        VerdictState.UNREADABLE,
        VerdictState.UNSIGNED,
    ]
    assert verdicts[1].reasons == (VerdictReason("no_answer"),)


def test_a_process_without_room_says_that_it_could_not(monkeypatch):
    module = __import__("doanso.signing.verification.verify", fromlist=["LIMITS"])
    monkeypatch.setitem(module.LIMITS, "memory_bytes", 1 << 26)
    assert package_verify(single(), trust=trusted(), moment=now()).state is VerdictState.UNREADABLE


def test_a_process_without_time_says_that_it_could_not(monkeypatch):
    module = __import__("doanso.signing.verification.verify", fromlist=["MOST_SECONDS"])
    monkeypatch.setattr(module, "MOST_SECONDS", 0.01)
    assert package_verify(single(), trust=trusted(), moment=now()).reasons == (VerdictReason("no_answer"),)
