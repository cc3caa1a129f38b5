"""Actions on drafts: started, written version by version, discarded. A mark of secrecy is refused everywhere."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import IO
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.actions.working_copies import drop_working_copy
from doanso.documents.drafts import Draft, from_json, require_sound
from doanso.documents.models import Attachment, Document, DocumentState, DocumentVersion
from doanso.documents.queries.documents import document_made_of
from doanso.documents.rules import routing as rules
from doanso.documents.secrecy import refuse_secret, refuse_secret_file
from doanso.documents.signature_fields import APPENDIX_PLACE, FixedValues, fields_as_json
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.names import safe_name
from doanso.files.reading import Kind, examine
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem, Refused, refuse
from doanso.official_form.open_fields import OpenField
from doanso.signing import actions as signing
from doanso.signing import pdf
from doanso.signing.models import PublicFile
from doanso.units.models import Unit


@transaction.atomic
def start_document(*, actor: User, unit: Unit, draft: Draft) -> Document:
    """Start a document in a unit with its first version."""
    policy.DRAFT.require_at(actor, unit)
    drop_working_copy(actor=actor, subject_id=unit.pk)
    return _create_document(actor, unit, draft, blob=None)


def start_upload(*, actor: User, unit: Unit, draft: Draft, source: IO[bytes] | bytes, name: str) -> Document:
    """Start a document from a PDF that was made elsewhere."""
    policy.DRAFT.require_at(actor, unit)
    blob = keep_file(source, name=name, allowed={Kind.PDF})
    with files.keep_with_transaction(blob):
        return _create_document(actor, unit, draft, blob=blob)


@transaction.atomic
def start_from_source(
    *,
    actor: User,
    unit: Unit,
    draft: Draft,
    source_kind: str,
    source_id: UUID,
    blob: Blob,
    open_fields: Mapping[str, OpenField],
    symbol: str,
    public_file: PublicFile,
) -> Document:
    """Start a document from a file that another app rendered from its own record.

    The app names the file's open fields, the symbol printed behind the number, and the file's verification code. A document that
    was made of the record before and was not ended is returned instead.
    """
    policy.DRAFT.require_at(actor, unit)
    existing = document_made_of(source_kind, source_id)
    if existing is not None:
        return existing
    document = _create_document(actor, unit, draft, blob=blob)
    document.source_kind, document.source_id, document.public = source_kind, source_id, public_file
    document.places = fields_as_json(open_fields, FixedValues(symbol))
    document.save(update_fields=["source_kind", "source_id", "public", "places"])
    return document


def _create_document(actor: User, unit: Unit, draft: Draft, *, blob: Blob | None) -> Document:
    require_sound(draft)
    refuse_marks(draft, field="body")
    now = clock.now()
    document = Document(unit=unit, made_by=actor, made_at=now, changed_at=now)
    _copy_head(document, draft)
    document.save(force_insert=True)
    _add_version(document, actor, draft, blob, note="")
    record(actor=actor, action="documents.draft", obj=document, unit=unit)
    return document


@transaction.atomic
def save_version(*, actor: User, document: Document, expected_version: int, draft: Draft, note: str = "") -> Document:
    """Add a version; `expected_version` is the number of the version it was written from. An unchanged draft adds none."""
    fresh = _lock_writable(actor, document, expected_version)
    refuse(rules.source_problem(fresh.source_kind))
    require_sound(draft)
    refuse_marks(draft, field="body")
    drop_working_copy(actor=actor, subject_id=fresh.pk)
    newest = fresh.versions.get(number=fresh.version)
    before = from_json(newest.content)
    if before == draft:
        return fresh
    _copy_head(fresh, draft)
    _add_version(fresh, actor, draft, newest.upload if draft.is_upload else None, note)
    record(actor=actor, action="documents.write", obj=fresh, unit=fresh.unit_id, changed=_changed_fields(before, draft))
    return fresh


def save_upload(
    *,
    actor: User,
    document: Document,
    expected_version: int,
    draft: Draft,
    source: IO[bytes] | bytes,
    name: str,
    note: str = "",
) -> Document:
    """Add a version with another PDF."""
    policy.DRAFT.require(actor, document)
    blob = keep_file(source, name=name, allowed={Kind.PDF})
    with files.keep_with_transaction(blob):
        fresh = _lock_writable(actor, document, expected_version)
        refuse(rules.source_problem(fresh.source_kind))
        require_sound(draft)
        refuse_marks(draft, field="body")
        _copy_head(fresh, draft)
        _add_version(fresh, actor, draft, blob, note)
        record(actor=actor, action="documents.write", obj=fresh, unit=fresh.unit_id, changed=["content"])
        return fresh


@transaction.atomic
def discard_document(*, actor: User, document: Document, reason: str) -> Document:
    """Discard a draft, or a signed document that is not to be issued (by the clerk or its signer).

    It has no number, so none is missing from the register. Steps and signature of a signed document stay as a record; no session
    is open, because the person's is done and the organisation's begins with the number.
    """
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    is_signed = fresh.state == DocumentState.SIGNED
    if not policy.may_discard(actor, fresh):
        raise PermissionDenied(policy.ISSUE.name if is_signed else policy.DRAFT.name)
    refuse(rules.discard_problem(fresh.state))
    refuse(rules.version_problem(document.version, fresh.version))
    refuse(rules.words_problem(reason, needed=True))
    refuse_secret([reason], field="reason")
    fresh.state, fresh.ended_reason, fresh.changed_at = DocumentState.DISCARDED, reason.strip()[:300], clock.now()
    fresh.save(update_fields=["state", "ended_reason", "changed_at"])
    action = "documents.discard_signed" if is_signed else "documents.discard"
    record(actor=actor, action=action, obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


def attach(*, actor: User, document: Document, source: IO[bytes] | bytes, name: str) -> Attachment:
    """Attach a file to a draft; the organisation signs it separately when the document is issued."""
    policy.DRAFT.require(actor, document)
    blob = keep_file(source, name=name, allowed={Kind.PDF})
    with files.destroy_on_error(blob):
        _require_sealable(blob)
    with files.keep_with_transaction(blob):
        fresh = _lock_writable(actor, document, document.version)
        attachment = Attachment.objects.create(
            document=fresh, name=blob.name, blob=blob, added_by=actor, added_at=clock.now()
        )
        record(actor=actor, action="documents.attach", obj=fresh, unit=fresh.unit_id, changed=["attachments"])
        return attachment


def _require_sealable(blob: Blob) -> None:
    """Refuse a file in which the organisation cannot sign; after the number is drawn it would be too late."""
    with files.open_blob(blob) as plain:
        opened = pdf.add_form_fields(plain.read(), [APPENDIX_PLACE])
    if len(opened) > signing.LARGEST:
        message = _("This file is larger than %(limit)d MB and cannot be signed here.")
        raise Refused(Problem("too_large_to_sign", message % {"limit": signing.LARGEST >> 20}, "file"))


@transaction.atomic
def detach(*, actor: User, attachment: Attachment) -> Document:
    """Remove a file from a draft."""
    fresh = _lock_writable(actor, attachment.document, attachment.document.version)
    existing = fresh.attachments.filter(pk=attachment.pk).select_related("blob__key").first()
    if existing is not None:
        blob = existing.blob
        existing.delete()
        files.destroy_key(blob=blob)
        record(actor=actor, action="documents.detach", obj=fresh, unit=fresh.unit_id, changed=["attachments"])
    return fresh


def keep_file(source: IO[bytes] | bytes, *, name: str, allowed: set[Kind]) -> Blob:
    """Store an uploaded file after checking it for marks of secrecy.

    The mark is checked before the kind, so that nobody is asked to convert a secret file; nothing of it is stored.
    """
    refuse_secret([PurePath(safe_name(name)).stem.replace("_", " ")])
    return files.keep(examine(source, name=name, allowed=allowed, check_text=refuse_secret_file))


def refuse_marks(draft: Draft, *, field: str) -> None:
    """Refuse a draft with a mark of secrecy in any part, including parts that are not printed."""
    refuse_secret([*draft.pages(), "\n".join(draft.recipients), draft.division], field=field)


def _lock_writable(actor: User, document: Document, expected_version: int) -> Document:
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    policy.DRAFT.require(actor, fresh)
    refuse(rules.write_problem(fresh.state))
    refuse(rules.version_problem(expected_version, fresh.version))
    return fresh


def _copy_head(document: Document, draft: Draft) -> None:
    """Copy to the document what lists show of its newest version."""
    document.profile, document.kind, document.urgency = draft.profile, draft.kind, draft.urgency
    document.summary = draft.summary.strip()
    document.folded = vietnamese.fold(document.summary)


def _add_version(document: Document, actor: User, draft: Draft, blob: Blob | None, note: str) -> DocumentVersion:
    document.version += 1
    document.changed_at = clock.now()
    document.save(
        update_fields=["version", "changed_at", "profile", "kind", "urgency", "summary", "folded"],
    )
    return DocumentVersion.objects.create(
        document=document,
        number=document.version,
        content=draft.as_json(),
        upload=blob,
        made_by=actor,
        made_at=document.changed_at,
        note=note.strip()[:200],
    )


_NAMES = {"body": "content", "appendices": "content"}


def _changed_fields(before: Draft, after: Draft) -> list[str]:
    old, new = before.as_json(), after.as_json()
    return sorted({_NAMES.get(name, name) for name in new if old[name] != new[name]})
