"""The files that anybody may verify, by code or by their bytes. One that is not issued yet is as unknown as any other."""

from django.db.models import QuerySet

from doanso.signing.models import PublicFile


def _issued() -> QuerySet[PublicFile]:
    return PublicFile.objects.filter(issued_at__isnull=False).select_related("unit", "replaced_by", "blob__key")


def file_of_code(code: str) -> PublicFile | None:
    """The issued file of a code."""
    return _issued().filter(code=code).first()


def files_of_hash(sha256: str) -> list[PublicFile]:
    """The issued files of exactly these bytes, newest first."""
    return list(_issued().filter(sha256=sha256).order_by("-issued_at", "-id"))
