"""Actions on publicly verifiable files: reserving a code, publishing the file, its recall or replacement.

The owner has checked its own policy.
"""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.signing.models import PublicFile
from doanso.signing.verification_codes import new_code
from doanso.units.models import Unit

_TRIES = 5


@transaction.atomic
def reserve_code(*, actor: User | None, unit: Unit) -> PublicFile:
    """Reserve a verification code for a file not made yet, so that it can be printed on every page."""
    for _try in range(_TRIES):
        try:
            with transaction.atomic():
                public_file = PublicFile.objects.create(code=new_code(), unit=unit, made_at=clock.now())
        except IntegrityError:
            continue
        record(actor=actor, action="signing.reserve_code", obj=public_file, unit=unit)
        return public_file
    raise RuntimeError("No free code was found; the source of randomness must be broken.")


@transaction.atomic
def publish_file(
    *,
    actor: User | None,
    public_file: PublicFile,
    blob: Blob,
    issuer: str,
    number: str,
    title: str,
    dated: date | None,
    signer: str = "",
    is_open: bool = False,
) -> PublicFile:
    """Assign the file to its code, once: after its last signature, in the transaction in which it is issued."""
    fresh = _locked(public_file)
    if fresh.issued_at is not None:
        if fresh.sha256 != blob.sha256:
            raise Refused(Problem("public_file_issued", _("This code stands for another file already.")))
        return fresh
    fresh.blob, fresh.sha256, fresh.is_open = blob, blob.sha256, is_open
    fresh.issuer, fresh.number, fresh.title, fresh.dated = issuer, number, title, dated
    fresh.signer = signer[:200]
    fresh.issued_at = clock.now()
    fresh.save()
    record(actor=actor, action="signing.publish", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def recall_file(*, actor: User | None, public_file: PublicFile, reason: str) -> PublicFile:
    """Mark the file as recalled; a repetition changes nothing."""
    fresh = _locked(public_file)
    if fresh.recalled_at is None:
        fresh.recalled_at, fresh.recall_reason = clock.now(), reason[:300]
        fresh.save(update_fields=["recalled_at", "recall_reason"])
        record(actor=actor, action="signing.recall_file", obj=fresh, unit=fresh.unit_id)
    return fresh


@transaction.atomic
def replace_file(*, actor: User | None, public_file: PublicFile, by: PublicFile, reason: str) -> PublicFile:
    """Mark the file as replaced by another, to which its page links."""
    fresh = _locked(public_file)
    if fresh.pk == by.pk or by.issued_at is None:
        raise Refused(Problem("replacement_unfit", _("Choose another file that was issued.")))
    if fresh.replaced_by_id is None:
        fresh.recalled_at, fresh.recall_reason, fresh.replaced_by = clock.now(), reason[:300], by
        fresh.save(update_fields=["recalled_at", "recall_reason", "replaced_by"])
        record(actor=actor, action="signing.replace_file", obj=fresh, unit=fresh.unit_id)
    return fresh


def _locked(public_file: PublicFile) -> PublicFile:
    return PublicFile.objects.select_for_update(of=("self",)).get(pk=public_file.pk)
