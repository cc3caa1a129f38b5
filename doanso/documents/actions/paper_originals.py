"""Registering documents whose original is paper, with or without a scan, so that the register is complete."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import IO
from uuid import UUID

from django.core.exceptions import PermissionDenied

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import families, policy
from doanso.documents.actions.drafts import keep_file, refuse_marks
from doanso.documents.actions.numbers import (
    draw_number,
    lock_series,
    lock_series_of,
    name_document,
    take_reserved,
)
from doanso.documents.drafts import Draft, notation_symbol, require_sound
from doanso.documents.models import Document, DocumentState, DocumentVersion, Medium, Number, RegisterKind
from doanso.documents.queries.letterheads import letterhead_values
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.ledger import actions as ledger
from doanso.lib import clock, vietnamese
from doanso.lib.form_keys import form_used_refusal, save_once
from doanso.lib.uuid7 import uuid7
from doanso.units.models import Unit


def register_paper(
    *,
    actor: User,
    unit: Unit,
    draft: Draft,
    dated: date,
    scan: IO[bytes] | bytes | None = None,
    name: str = "",
    number: Number | None = None,
    key: UUID | None = None,
) -> Document:
    """Give a paper document its number and register it as issued; it counts as issued, but not as signed.

    It gets the next number on the day `dated`, or the reserved `number`, whose own day it then bears. `key` becomes the id of
    the document: the same form again registers no second one, and is refused with other values. Called outside a transaction,
    because the scan is stored first.
    """
    policy.ISSUE.require_at(actor, unit)
    if number is not None and (number.unit_id, number.direction) != (unit.pk, RegisterKind.OUT):
        raise PermissionDenied(policy.ISSUE.name)
    scan_hash = files.hash_content(scan) if scan is not None else ""
    known = partial(_registered_before, actor, unit, draft, dated, scan_hash, number, key)
    if (existing := known()) is not None:
        return existing
    require_sound(draft)
    refuse_marks(draft, field="summary")
    blob = keep_file(scan, name=name, allowed={Kind.PDF}) if scan is not None else None
    with files.keep_with_transaction(blob):
        return _register(actor, unit, draft, dated, blob, number, key, known)


def _registered_before(
    actor: User,
    unit: Unit,
    draft: Draft,
    dated: date,
    scan_hash: str,
    reserved: Number | None,
    key: UUID | None,
) -> Document | None:
    """Return the document that the same form has registered already; refuse a key that registered another one."""
    document = Document.objects.filter(pk=key).first() if key is not None else None
    if document is None:
        return None
    version = document.versions.select_related("upload").filter(number=1).first()
    if (
        version is None
        or (document.unit_id, document.made_by_id) != (unit.pk, actor.pk)
        or (version.content, version.upload.sha256 if version.upload is not None else "")
        != (draft.as_json(), scan_hash)
        or (document.dated != dated if reserved is None else document.number_id != reserved.pk)
    ):
        raise form_used_refusal()
    return document


def _register(
    actor: User,
    unit: Unit,
    draft: Draft,
    dated: date,
    blob: Blob | None,
    reserved: Number | None,
    key: UUID | None,
    known: Callable[[], Document | None],
) -> Document:
    now, today = clock.now(), clock.today()
    if reserved is None:
        series = lock_series(unit, RegisterKind.OUT, profile=draft.profile, kind=draft.kind, dated=dated)
    else:
        series = lock_series_of(reserved)
    if (existing := known()) is not None:
        files.destroy_keys(blobs=[blob])
        return existing
    if reserved is None:
        number = draw_number(actor=actor, series=series, dated=dated)
    else:
        number = take_reserved(series, reserved, profile=draft.profile, kind=draft.kind)
    summary = draft.summary.strip()
    document = Document(
        id=key or uuid7(),
        unit=unit,
        profile=draft.profile,
        kind=draft.kind,
        medium=Medium.PAPER,
        urgency=draft.urgency,
        summary=summary,
        folded=vietnamese.fold(summary),
        state=DocumentState.ISSUED,
        version=1,
        final=blob,
        made_by=actor,
        made_at=now,
        changed_at=now,
        issued_at=now,
        issued_on=today,
        issued_by=actor,
    )
    name_document(document, number, notation_symbol(draft, letterhead_values(unit, number.dated)))
    # Under the lock of the series only a form that is sent to another unit can have made a document with this key.
    save_once(save=partial(document.save, force_insert=True), known=known)
    DocumentVersion.objects.create(
        document=document, number=1, content=draft.as_json(), upload=blob, made_by=actor, made_at=now
    )
    record(actor=actor, action="documents.register_paper", obj=document, unit=unit)
    ledger.count_many(families.facts_of(document))
    return document
