"""A certificate that was called back, and an answer beside it that would have it stand."""

from collections.abc import Callable
from functools import cache

from asn1crypto import ocsp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.validation.dss import DocumentSecurityStore

from doanso.signing.testca.issuing import IssuedCertificate, issue, name_of, new_key, validity_period
from doanso.signing.tests.attacks.making import base, pki, signed, trusted
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.tests.responder import answer
from doanso.signing.verification import Trust, VerdictState


def _with(*ders: bytes) -> Callable[[IncrementalPdfFileWriter], None]:
    def change(writer: IncrementalPdfFileWriter) -> None:
        DocumentSecurityStore.supply_dss_in_writer(writer, None, ocsps=[ocsp.OCSPResponse.load(der) for der in ders])

    return change


def _with_answer(mode: str) -> bytes:
    return signed(base(), pki().revoked, change=_with(answer(pki().revoked, mode)))


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_a_right_answer_of_before() -> bytes:
    return _with_answer("right")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_for_another_serial() -> bytes:
    return _with_answer("other serial")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_signed_by_another() -> bytes:
    return _with_answer("stranger")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_out_of_date() -> bytes:
    return _with_answer("out of date")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_by_a_delegate_without_the_usage() -> bytes:
    return _with_answer("no usage")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_by_a_delegate_of_another_authority() -> bytes:
    return _with_answer("strange delegate")


@attack(VerdictState.BROKEN, "revoked")
def revoked_with_an_answer_that_knows_nothing() -> bytes:
    return _with_answer("unknown")


@cache
def _asked_about() -> IssuedCertificate:
    return issue(
        name_of("Bị Thu Hồi Theo Trả Lời"), by=pki().intermediate, held=validity_period(days=30), key=new_key("ec"),
        ocsp="http://ocsp.invalid/",
    )  # fmt: skip


def _no_list() -> Trust:
    return Trust(trusted().authorities, (pki().root_crl,))


def _answered(issued: IssuedCertificate, *modes: str) -> bytes:
    return signed(base(), issued, change=_with(*(answer(issued, mode) for mode in modes)))


@attack(VerdictState.BROKEN, "revoked", trust=_no_list)
def revoked_by_an_answer_alone() -> bytes:
    return _answered(_asked_about(), "revoked")


@attack(VerdictState.BROKEN, "revoked", trust=_no_list)
def revoked_by_one_answer_and_good_by_another() -> bytes:
    return _answered(_asked_about(), "right", "revoked", "delegate")


@attack(VerdictState.BROKEN, "revoked", trust=_no_list)
def revoked_by_the_authority_and_good_by_a_stranger() -> bytes:
    return _answered(_asked_about(), "revoked", "stranger")
