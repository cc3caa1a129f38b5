"""Registering documents whose original is paper, with or without a scan, so that the register is complete."""

from datetime import date
from typing import IO

from django.db import transaction

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import families, policy
from doanso.documents.actions.drafts import keep_file, refuse_marks
from doanso.documents.actions.numbers import draw, lock_series, name_document
from doanso.documents.drafts import Draft, notation_symbol, require_sound
from doanso.documents.models import Direction, Document, DocumentState, DocumentVersion, Medium
from doanso.documents.queries.letterheads import frame_of
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.ledger import actions as ledger
from doanso.lib import clock, vietnamese
from doanso.units.models import Unit


def register_paper(
    *, actor: User, unit: Unit, draft: Draft, dated: date, scan: IO[bytes] | bytes | None = None, name: str = ""
) -> Document:
    """Give a paper document its number and register it as issued; it counts as issued, but not as signed."""
    policy.ISSUE.require_at(actor, unit)
    require_sound(draft)
    refuse_marks(draft, field="summary")
    blob = keep_file(scan, name=name, allowed={Kind.PDF}) if scan is not None else None
    with transaction.atomic():
        return _register(actor, unit, draft, dated, blob)


def _register(actor: User, unit: Unit, draft: Draft, dated: date, blob: Blob | None) -> Document:
    now, today = clock.now(), clock.today()
    series = lock_series(unit, Direction.OUT, profile=draft.profile, kind=draft.kind, dated=dated)
    number = draw(actor=actor, series=series, dated=dated)
    summary = draft.summary.strip()
    document = Document(
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
    name_document(document, number, notation_symbol(draft, frame_of(unit, dated)))
    document.save(force_insert=True)
    DocumentVersion.objects.create(
        document=document, number=1, content=draft.as_json(), upload=blob, made_by=actor, made_at=now
    )
    record(actor=actor, action="documents.register_paper", obj=document, unit=unit)
    ledger.count_many(families.counted(document))
    return document
