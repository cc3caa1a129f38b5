"""Queries of public files by code or by bytes; a file that is not issued yet is not found."""

import hashlib
from dataclasses import dataclass

from django.db.models import QuerySet

from doanso.files.kinds import Kind
from doanso.files.reading import read_text
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing.models import PublicFile
from doanso.signing.ports import public_files_issued_with
from doanso.signing.queries.authorities import read_trust
from doanso.signing.queries.verdicts import verdict_of
from doanso.signing.verification import Trust, Verdict, verify, with_printed_name
from doanso.signing.verification_codes import printed_codes

LARGEST = 25 << 20


def _issued() -> QuerySet[PublicFile]:
    return PublicFile.objects.filter(issued_at__isnull=False).select_related("unit", "replaced_by", "blob__key")


def file_of_code(code: str) -> PublicFile | None:
    """Return the issued file of a code."""
    return _issued().filter(code=code).first()


def files_of_hash(sha256: str) -> list[PublicFile]:
    """Return the issued files of exactly these bytes, newest first."""
    return list(_issued().filter(sha256=sha256).order_by("-issued_at", "-id"))


def files_issued_with(sha256: str) -> list[PublicFile]:
    """Return the public files together with which exactly these bytes were issued, newest first."""
    return list(_issued().filter(pk__in=public_files_issued_with(sha256)).order_by("-issued_at", "-id"))


@dataclass(frozen=True, slots=True)
class ExaminedFile:
    """The verdict of an uploaded file, and the issued files that it equals or was issued with."""

    verdict: Verdict
    files: list[PublicFile]
    is_companion: bool = False

    @property
    def issued(self) -> PublicFile | None:
        """The issued file that it equals or was issued with; a valid one before a recalled one."""
        return min(self.files, key=lambda public_file: public_file.recalled_at is not None, default=None)


def examine_file(data: bytes) -> ExaminedFile:
    """Verify an uploaded file, which is not stored."""
    sha256 = hashlib.sha256(data).hexdigest()
    own = files_of_hash(sha256)
    public_files = own or files_issued_with(sha256)
    seen_at = min(
        (public_file.issued_at for public_file in public_files if public_file.issued_at is not None), default=None
    )
    verdict = verify(data, trust=read_trust(), moment=clock.now(), seen_at=seen_at)
    if own:
        verdict = with_printed_name(verdict, own[0].signer)
    return ExaminedFile(verdict, public_files, is_companion=bool(public_files) and not own)


def codes_of_file(data: bytes) -> list[str]:
    """Return the verification codes that are printed in an uploaded PDF; none where its text cannot be read.

    The file is read in a process of its own.
    """
    try:
        return printed_codes(read_text(data, Kind.PDF).text)
    except Refused:
        return []


def verdict_of_public(public_file: PublicFile, believed: Trust) -> Verdict:
    """Return the verdict of an issued file."""
    if public_file.blob is None:
        raise RuntimeError("An issued file has its bytes.")
    return with_printed_name(verdict_of(public_file.blob, believed, seen_at=public_file.issued_at), public_file.signer)
