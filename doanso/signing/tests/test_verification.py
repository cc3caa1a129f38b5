"""Files that are signed as they should be are valid, and poppler's pdfsig says so too; the verdict on them is exact."""

import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from pyhanko.sign import fields

from doanso.lib import clock
from doanso.signing.testca.issuing import issue, name_of, new_key, revocation_list, validity_period
from doanso.signing.tests.attacks.making import (
    base,
    base_objects,
    double,
    fill,
    now,
    pdf,
    pki,
    sha256,
    signed,
    single,
    trusted,
)
from doanso.signing.tests.pki import fingerprint, signed_pdf
from doanso.signing.verification import LaterChange, Trust, Verdict, VerdictReason, VerdictState
from doanso.signing.verification.examine import examine

pytestmark = pytest.mark.sqlite_only


def test_a_persons_signature():
    verdict = examine(single(), trusted(), now())
    assert (verdict.state, verdict.sha256, verdict.size) == (VerdictState.VALID, sha256(single()), len(single()))
    (signature,) = verdict.signatures
    assert (signature.field, signature.signer, signature.organisation) == ("person", "Nguyễn Văn An", "ĐOÀN PHƯỜNG 4")
    assert (signature.issuer, signature.serial) == ("CA thử nghiệm", f"{pki().an.serial:X}")
    assert (signature.coverage, signature.covered, signature.changes) == ("file", len(single()), ())
    assert (signature.chain, signature.revocation, signature.time_source) == ("known", "good", "own_clock")
    assert signature.certificate == fingerprint(pki().an)
    assert signature.algorithm == "RSA 2048, SHA256"
    assert abs(signature.signed_at - clock.now()) < timedelta(hours=1)


def test_the_organisation_numbers_and_signs_in_one_step():
    verdict = examine(double(), trusted(), now())
    assert verdict.state is VerdictState.VALID
    person, office = verdict.signatures
    assert person.changes == (
        LaterChange("signed", True, ("office",)),
        LaterChange("numbered", True, ("day", "number")),
    )
    assert (person.coverage, office.coverage) == ("revision", "file")
    assert (office.kind, office.signer, office.changes) == ("organisation", "THÀNH ĐOÀN MỸ THO", ())


def test_number_filled_by_an_organisation_nobody_knows_as_one():
    verdict = examine(double(), trusted(organisations=frozenset()), now())
    assert verdict.state is VerdictState.CHANGED
    assert verdict.signatures[0].reasons == (VerdictReason("numbered_without_office"),)


def test_an_organisation_known_by_its_subject_alone():
    ward = issue(
        name_of("Đoàn phường", number="MST:1200"),
        by=pki().intermediate,
        held=validity_period(days=9),
        key=new_key("ec"),
    )
    data = signed(single(), ward, "office", change=fill(number="12"))
    assert examine(data, trusted(organisations=frozenset()), now()).state is VerdictState.VALID


def test_elliptic_curve_and_the_older_kind_of_envelope():
    data = signed(base(), pki().binh, subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED)
    assert examine(data, trusted(), now()).state is VerdictState.VALID


def test_certified_with_filling_allowed():
    first = signed(base(), pki().an, certify=True, docmdp_permissions=fields.MDPPerm.FILL_FORMS)
    data = signed(first, pki().city, "office", change=fill(number="12"))
    assert examine(data, trusted(), now()).state is VerdictState.VALID


def test_a_time_stamp_proves_when():
    verdict = examine(signed(base(), pki().an, tsa=pki().tsa), trusted(), now())
    assert (verdict.state, verdict.signatures[0].time_source) == (VerdictState.VALID, "authority")
    assert verdict.signatures[0].time_by == "TSA thử nghiệm"


def _expired_stamped() -> bytes:
    return signed(base(), pki().expired, tsa=pki().tsa, stamped_at=clock.now() - timedelta(days=20))


def test_a_certificate_that_expired_after_a_trusted_time_still_holds(monkeypatch):
    earlier = clock.now() - timedelta(days=20)
    monkeypatch.setattr("pyhanko.sign.signers.pdf_signer.datetime", _At(earlier))
    verdict = examine(_expired_stamped(), trusted(), now())
    assert verdict.state is VerdictState.VALID, verdict


class _At:
    """A clock for the library's own `datetime.now`."""

    def __init__(self, moment):
        self.at = moment

    def now(self, tz=None):
        return self.at.astimezone(tz)


def _later_recalled(days: int) -> Trust:
    plain = trusted()
    recall = revocation_list(pki().intermediate, [pki().an.serial], this_update=clock.now() + timedelta(days=days))
    return Trust(plain.authorities, (pki().root_crl, recall))


def test_revocation_after_a_trusted_time_is_reported_and_the_signature_holds():
    data = signed(base(), pki().an, tsa=pki().tsa)
    verdict = examine(data, _later_recalled(2), clock.now() + timedelta(days=3))
    assert (verdict.state, verdict.signatures[0].revocation) == (VerdictState.VALID, "revoked_after")
    assert verdict.signatures[0].revoked_at is not None


def test_called_back_and_only_the_signers_own_clock_says_it_was_before():
    verdict = examine(single(), _later_recalled(2), clock.now() + timedelta(days=3))
    assert (verdict.state, verdict.signatures[0].revocation) == (VerdictState.BROKEN, "revoked_before")


def test_called_back_after_the_very_file_was_issued_here():
    verdict = examine(single(), _later_recalled(2), clock.now() + timedelta(days=3), seen_at=now())
    assert (verdict.state, verdict.signatures[0].revocation) == (VerdictState.VALID, "revoked_after")


def test_nothing_known_of_certificates_called_back_is_said():
    verdict = examine(single(), trusted(lists=False), now())
    assert (verdict.state, verdict.signatures[0].revocation) == (VerdictState.VALID, "no_data")


def test_validation_data_within_the_file():
    verdict = examine(signed_pdf(stamped=True, long_term=True), trusted(lists=False), now())
    assert verdict.state is VerdictState.VALID, verdict
    assert {signature.revocation for signature in verdict.signatures} == {"good"}


def test_trials_say_so():
    verdict = examine(single(), trusted(legal_force=False), now())
    assert (verdict.state, verdict.is_valid, verdict.is_intact) == (VerdictState.TEST, False, True)
    assert verdict.signatures[0].chain == "test"


def test_a_trials_clock_proves_nothing_for_a_signature_with_force(monkeypatch):
    plain, trial = trusted(), trusted(legal_force=False)
    mixed = Trust(
        tuple(authority for authority in plain.authorities if authority.purpose == "signing")
        + tuple(authority for authority in trial.authorities if authority.purpose == "time"),
        plain.revocation_lists,
    )
    monkeypatch.setattr("pyhanko.sign.signers.pdf_signer.datetime", _At(clock.now() - timedelta(days=20)))
    verdict = examine(_expired_stamped(), mixed, now())
    assert (verdict.state, verdict.signatures[0].reasons) == (VerdictState.BROKEN, (VerdictReason("expired"),))


def test_a_time_stamp_whose_own_authority_ran_out_proves_nothing():
    late = clock.now() + timedelta(days=370)
    verdict = examine(signed(base(), pki().an, tsa=pki().tsa), trusted(), late)
    assert (verdict.state, verdict.signatures[0].reasons) == (VerdictState.BROKEN, (VerdictReason("expired"),))
    assert verdict.signatures[0].time_source == "unknown_authority"


def test_an_ended_authority_vouches_for_what_is_proven_older():
    ended = trusted(ended_at=clock.now() + timedelta(days=1))
    later = clock.now() + timedelta(days=2)
    assert examine(single(), ended, later).state is VerdictState.UNKNOWN
    assert examine(single(), ended, later, seen_at=now()).state is VerdictState.VALID


FILES = Path(__file__).parent / "files"


@pytest.mark.parametrize("name", ["linearised.pdf", "linearised-packed.pdf", "packed.pdf"])
def test_files_as_other_programs_write_them(name: str):
    """Made ready for slow lines, and with objects packed into streams."""
    first = signed((FILES / name).read_bytes(), pki().an)
    data = signed(first, pki().city, "office", change=fill(number="12"))
    assert [examine(content, trusted(), now()).state for content in (first, data)] == [
        VerdictState.VALID,
        VerdictState.VALID,
    ]
    assert not examine(data.replace(b"/Root", b"/Raat", 1), trusted(), now()).is_intact


def test_an_unsigned_file():
    verdict = examine(base(), trusted(), now())
    assert (verdict.state, verdict.signatures) == (VerdictState.UNSIGNED, ())


def test_attachments_are_reported():
    objects = base_objects(catalog=b"/Names << /EmbeddedFiles << /Names [(a) 10 0 R] >> >>")
    objects[10] = b"<< /Type /Filespec /F (a.txt) /EF << /F 11 0 R >> >>"
    objects[11] = b"<< /Type /EmbeddedFile /Length 1 >>\nstream\na\nendstream"
    verdict = examine(signed(pdf(objects), pki().an), trusted(), now())
    assert (verdict.state, verdict.notes) == (VerdictState.VALID, (VerdictReason("attachments", "1"),))


def test_a_verdict_survives_being_kept():
    for data in (double(), signed(base(), pki().an, tsa=pki().tsa), b"x"):
        verdict = examine(data, trusted(), now())
        assert Verdict.from_json(verdict.as_json()) == verdict


def test_trust_survives_being_sent():
    sent = trusted(ended_at=clock.now())
    assert Trust.from_json(sent.as_json()) == sent


@pytest.fixture(scope="module")
def nss(tmp_path_factory) -> Path:
    """A store of authorities as poppler wants it."""
    if shutil.which("pdfsig") is None or shutil.which("certutil") is None:
        pytest.skip("poppler-utils and libnss3-tools are needed")
    folder = tmp_path_factory.mktemp("nss")
    store = f"sql:{folder}"
    subprocess.run(["certutil", "-N", "-d", store, "--empty-password"], check=True)
    for name, issued, flags in (("root", pki().root, "CT,C,C"), ("middle", pki().intermediate, ",,")):
        file = folder / f"{name}.pem"
        file.write_bytes(issued.pem)
        subprocess.run(["certutil", "-A", "-d", store, "-n", name, "-t", flags, "-i", str(file)], check=True)
    return folder


@pytest.mark.parametrize("name", ["single", "double", "stamped", "curve", "product"])
def test_pdfsig_agrees(nss: Path, name: str):
    made = {
        "single": single,
        "double": double,
        "stamped": lambda: signed(base(), pki().an, tsa=pki().tsa),
        "curve": lambda: signed(base(), pki().binh),
        "product": lambda: signed_pdf(stamped=True),
    }[name]()
    assert examine(made, trusted(), now()).state is VerdictState.VALID
    file = nss / f"{name}.pdf"
    file.write_bytes(made)
    line = ["pdfsig", "-no-ocsp", "-nssdir", f"sql:{nss}", str(file)]
    output = subprocess.run(line, capture_output=True, text=True, check=False).stdout
    count = 2 if name in ("double", "product") else 1
    assert output.count("Signature is Valid.") == count, output
    assert output.count("Certificate is Trusted.") == count, output
    assert output.count("Total document signed") >= 1
    place = made.index(b"endobj") - 3
    changed = made[:place] + bytes([made[place] ^ 1]) + made[place + 1 :]
    file.write_bytes(changed)
    output = subprocess.run(line, capture_output=True, text=True, check=False).stdout
    assert "Digest Mismatch" in output
    assert examine(changed, trusted(), now()).state is VerdictState.BROKEN
