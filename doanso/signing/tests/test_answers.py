"""What an answer in a file proves: only what the certificate's own authority says of it, and never that a recall is undone."""

from datetime import timedelta

import pytest
from asn1crypto import x509

from doanso.lib import clock
from doanso.signing.pdf import LongTerm, finish, prepare
from doanso.signing.pdf.signature_fields import reader_of
from doanso.signing.testca.issuing import IssuedCertificate, issue, name_of, new_key, revocation_list, validity_period
from doanso.signing.tests.attacks.making import trusted
from doanso.signing.tests.pki import FILLS, LOOK, person_signed_pdf, pki, sign, signer_of
from doanso.signing.tests.responder import NO_PROOF, answer, speaker
from doanso.signing.verification import SignatureVerdict, Trust, VerdictState, verify

ASKED = "http://ocsp.invalid/"


@pytest.fixture(scope="module")
def office() -> IssuedCertificate:
    """An organisation whose certificate names a responder, and no list."""
    return issue(
        name_of("VĂN PHÒNG"), by=pki().intermediate, held=validity_period(days=30), key=new_key("ec"), ocsp=ASKED
    )


def sealed(office: IssuedCertificate, *answers: bytes) -> bytes:
    later = LongTerm((pki().intermediate.der, office.der), (pki().root_crl,), answers)
    prepared = prepare(person_signed_pdf(), signer_of(office), "organisation", LOOK, FILLS, long_term=later)
    return finish(prepared, sign(office, prepared.to_sign))


def verify_answer(file: bytes, *lists: bytes, after: timedelta = timedelta()) -> tuple[VerdictState, SignatureVerdict]:
    """What verification says of the office's signature, with these lists beside what the file holds."""
    own = frozenset(item.sha256.hex() for item in certificates_in(file))
    trust = Trust(trusted().authorities, lists, organisations=own)
    verdict = verify(file, trust=trust, moment=clock.now() + after)
    return verdict.state, next(item for item in verdict.signatures if item.field == "organisation")


def certificates_in(file: bytes) -> list[x509.Certificate]:
    return [
        embedded.signer_cert
        for embedded in reader_of(file).embedded_signatures
        if embedded.field_name == "organisation"
    ]


@pytest.mark.parametrize("mode", ["right", "delegate"])
def test_what_the_authority_or_its_speaker_says_proves_it(office: IssuedCertificate, mode: str):
    state, signature = verify_answer(sealed(office, answer(office, mode)))
    assert (state, signature.revocation) == (VerdictState.VALID, "good")


@pytest.mark.parametrize("mode", [case for case in NO_PROOF if case != "noise"])
def test_what_nobody_with_the_right_to_it_says_proves_nothing(office: IssuedCertificate, mode: str):
    state, case = verify_answer(sealed(office, answer(office, mode)))
    # It takes nothing away either: nobody breaks a file by putting something beside it.
    assert (state, case.revocation, case.revoked_at) == (VerdictState.VALID, "no_data", None)


def test_an_answer_proves_nothing_of_a_day_after_it(office: IssuedCertificate):
    file = sealed(office, answer(office))
    short = sealed(office, answer(office, without_end=True))
    for content, after, revocation in (
        (file, timedelta(hours=20), "good"),
        (file, timedelta(hours=30), "no_data"),
        (short, timedelta(minutes=50), "good"),
        (short, timedelta(minutes=70), "no_data"),
    ):
        state, signature = verify_answer(content, after=after)
        assert (state, signature.revocation) == (VerdictState.VALID, revocation)


def test_of_every_certificate_on_the_way_something_has_to_be_known(office: IssuedCertificate):
    file = sealed(office, answer(office))
    # The list of the root lies in the file as well; without it the authority between is not known of.
    assert verify_answer(file)[1].revocation == "good"
    later = LongTerm((pki().intermediate.der, office.der), (), (answer(office),))
    prepared = prepare(person_signed_pdf(), signer_of(office), "organisation", LOOK, FILLS, long_term=later)
    assert verify_answer(finish(prepared, sign(office, prepared.to_sign)))[1].revocation == "no_data"


def test_a_recall_in_an_answer_is_believed(office: IssuedCertificate):
    state, signature = verify_answer(sealed(office, answer(office, "revoked")))
    assert (state, signature.revocation, [reason.code for reason in signature.reasons]) == (
        VerdictState.BROKEN,
        "revoked_before",
        ["revoked"],
    )
    outcome = verify_answer(sealed(office, answer(office), answer(office, "revoked")))
    assert (outcome[0], outcome[1].revocation) == (VerdictState.BROKEN, "revoked_before")


def test_a_strangers_recall_takes_nothing_away(office: IssuedCertificate):
    state, signature = verify_answer(sealed(office, answer(office, "revoked by a stranger"), answer(office)))
    assert (state, signature.revocation) == (VerdictState.VALID, "good")


def test_a_good_answer_undoes_no_recall(office: IssuedCertificate):
    recalled = revocation_list(pki().intermediate, [office.serial])
    state, signature = verify_answer(sealed(office, answer(office), answer(office, "delegate")), recalled)
    assert (state, [reason.code for reason in signature.reasons]) == (VerdictState.BROKEN, ["revoked"])


def test_a_speaker_that_was_called_back_is_not_listened_to(office: IssuedCertificate):
    delegate = speaker(pki().intermediate)
    recalled = revocation_list(pki().intermediate, [delegate.serial], this_update=clock.now() - timedelta(days=9))
    file = sealed(office, answer(office, delegate=delegate))
    assert verify_answer(file)[1].revocation == "good"
    # The list is too old to say by itself how the office's certificate stands.
    assert verify_answer(file, recalled)[1].revocation == "no_data"
