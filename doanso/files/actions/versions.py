"""Versions of a file, appended and never changed or removed separately. The owner has checked its policy and writes the audit
event; user, time and reason are stored with the version.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.files.actions.storing import destroy_keys
from doanso.files.models import Blob, File, FileVersion, Ground
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused


def _immutable() -> Refused:
    message = _(
        "This file is a signed original: it gets no further version and is not thrown away. "
        "Begin a new document that replaces it."
    )
    return Refused(Problem("file_immutable", message))


def _erased() -> Refused:
    return Refused(Problem("file_gone", _("This file was erased; its contents can no longer be read.")))


def _locked(file: File) -> File:
    fresh = File.objects.select_for_update().get(pk=file.pk)
    if fresh.erased_at is not None:
        raise _erased()
    return fresh


@transaction.atomic
def begin_file(*, actor: User | None, blob: Blob, why: str = "") -> File:
    """Create a file with its first version."""
    file = File.objects.create(begun_at=clock.now())
    add_version(actor=actor, file=file, blob=blob, why=why)
    file.refresh_from_db()
    return file


@transaction.atomic
def add_version(*, actor: User | None, file: File, blob: Blob, why: str) -> FileVersion:
    """Add the bytes the file has from now on; earlier versions stay readable under their numbers."""
    fresh = _locked(file)
    if fresh.immutable_at is not None:
        raise _immutable()
    fresh.last_number += 1
    fresh.save(update_fields=["last_number"])
    return FileVersion.objects.create(
        file=fresh, number=fresh.last_number, blob=blob, added_by=actor, added_at=clock.now(), why=why[:300]
    )


@transaction.atomic
def make_immutable(*, file: File) -> File:
    """Close the file for good: its last version is the signed original. A second call does nothing."""
    fresh = _locked(file)
    if fresh.immutable_at is None:
        now = clock.now()
        fresh.immutable_at, fresh.final_number = now, fresh.last_number
        fresh.save(update_fields=["immutable_at", "final_number"])
        Blob.objects.filter(version__file=fresh, immutable_at=None).update(immutable_at=now)
    return fresh


@transaction.atomic
def keep_for_good(*, blob: Blob) -> None:
    """Make one blob immutable, for owners who keep versions themselves.

    After it only `destroy_key` with a `Ground` destroys it.
    """
    fresh = Blob.objects.select_for_update(of=("self",)).get(pk=blob.pk)
    if fresh.erased_at is not None:
        raise _erased()
    if fresh.immutable_at is None:
        fresh.immutable_at = clock.now()
        fresh.save(update_fields=["immutable_at"])


def destroy_file(*, file: File) -> None:
    """Destroy a draft with all its versions; a signed original is refused."""
    with transaction.atomic():
        fresh = _locked(file)
        if fresh.immutable_at is not None:
            raise _immutable()
        _erase(fresh, ground=None)


def erase_by_law(*, file: File, ground: Ground) -> None:
    """Destroy a file under a law, immutable or not: a person's request, the end of its retention, secrecy.

    Numbers, hashes and sizes stay; contents, names and reasons are erased. The owner's audit event names the law.
    """
    with transaction.atomic():
        _erase(_locked(file), ground=Ground(ground))


def _erase(file: File, *, ground: Ground | None) -> None:
    blobs = list(Blob.objects.filter(version__file=file).order_by("pk"))
    destroy_keys(blobs=blobs, ground=ground)
    Blob.objects.filter(pk__in=[erased.pk for erased in blobs]).update(name="")
    file.versions.update(why="")
    file.erased_at = clock.now()
    file.save(update_fields=["erased_at"])
