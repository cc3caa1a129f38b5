"""A signature that another tool added to a genuine file: distinguished from a changed file, and never taken for a part of it."""

import pytest
from pyhanko.sign import fields

from doanso.signing.tests.attacks.added import added, described_anew, shaped
from doanso.signing.tests.attacks.making import base, double, now, pdf, pki, signed, single, stream, trusted
from doanso.signing.tests.pki import signed_pdf
from doanso.signing.verdict_messages import describe_verdict
from doanso.signing.verification import Verdict, VerdictState
from doanso.signing.verification.examine import examine

pytestmark = pytest.mark.sqlite_only


def verdict_of(data: bytes) -> Verdict:
    return examine(data, trusted(), now())


@pytest.mark.parametrize("by", [added, shaped])
def test_a_signature_on_empty_paper_after_the_organisations_is_pointed_at(by):
    verdict = verdict_of(by(double()))
    assert (verdict.state, verdict.is_valid, verdict.is_intact) == (VerdictState.ADDED, False, True), verdict
    assert [item.code for item in verdict.notes] == ["signature_added"]
    assert [item.state for item in verdict.signatures] == [VerdictState.ADDED] * (len(verdict.signatures) - 1) + [
        VerdictState.VALID
    ]
    first = verdict.signatures[0].changes[-1]
    assert (first.kind, first.allowed, first.fields) == ("signature_added", True, ("Signature2",))
    assert verdict.signatures[-1].changes == ()


def test_what_another_program_writes_at_every_saving_changes_nothing():
    verdict = verdict_of(added(described_anew(b"Ke hoach so 12")))
    assert (verdict.state, verdict.notes) == (VerdictState.VALID, ()), verdict


def test_where_the_organisation_closed_the_file_it_is_neither_valid_nor_changed():
    place = fields.SigFieldSpec("Signature2", on_page=0, box=(60, 20, 200, 60))
    verdict = verdict_of(signed(signed_pdf(), pki().binh, "Signature2", new_field=place))
    assert (verdict.state, verdict.is_valid, verdict.is_intact) == (VerdictState.ADDED, False, True), verdict
    assert [item.code for item in verdict.notes] == ["signature_added"]


def test_a_signature_that_no_page_shows_is_reported():
    verdict = verdict_of(added(double(), (0, 0, 0, 0)))
    assert (verdict.state, [item.code for item in verdict.notes]) == (VerdictState.ADDED, ["signature_unseen"])


def test_the_headline_names_who_signed_later():
    verdict_message = describe_verdict(verdict_of(added(double())))
    assert verdict_message.head == "Nội dung đã ký vẫn nguyên vẹn; Trần Thị Bình ký thêm sau ở ô mới, cần xem lại"
    assert verdict_message.tone == "behind"


def test_a_file_for_trials_stays_one():
    verdict = examine(added(double()), trusted(legal_force=False), now())
    assert (verdict.state, [item.code for item in verdict.notes]) == (VerdictState.TEST, ["signature_added"])


def test_the_organisation_signing_before_the_person_is_reported():
    verdict = verdict_of(signed(signed(base(), pki().city, "office"), pki().an))
    assert (verdict.state, [item.code for item in verdict.notes]) == (VerdictState.VALID, ["organisation_first"])
    assert verdict_of(double()).notes == ()


def test_what_holds_is_shown_where_the_whole_does_not():
    other = pdf({4: stream(b"BT /F1 24 Tf 72 700 Td (quyen gop 900.000 dong) Tj ET")}, before=single())
    verdict = verdict_of(added(other))
    assert (verdict.state, [item.is_intact for item in verdict.signatures]) == (VerdictState.CHANGED, [False, True])
