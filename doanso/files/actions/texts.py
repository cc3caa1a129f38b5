"""Extracting the text of files for searching: requested by owners, done by the worker, retried while the store is away."""

import logging
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from doanso.files import words
from doanso.files.actions.storing import open_blob
from doanso.files.kinds import Kind
from doanso.files.models import Blob, FileText, TextState
from doanso.files.reading import read_text
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.task_references import TaskReference

logger = logging.getLogger(__name__)

TEXT_TASK = TaskReference("doanso.files.tasks.take_text")
MOST_ATTEMPTS = 20
"""With the growing waits between them, the store may be away for about a week."""


@transaction.atomic
def ask_text(*, blob: Blob) -> None:
    """Have the file's text extracted once this transaction is committed. A second request does nothing."""
    _row, new = FileText.objects.get_or_create(blob=blob, defaults={"stepped_at": clock.now()})
    if new:
        TEXT_TASK.enqueue_on_commit(blob.pk)


def take_text(blob_id: UUID) -> None:
    """Extract one file's text. An unreadable file stores its problem; a store that does not answer is retried later."""
    waiting = FileText.objects.filter(blob_id=blob_id, state=TextState.WAITING)
    if not waiting.update(attempts=F("attempts") + 1, stepped_at=clock.now()):
        return
    blob = Blob.objects.select_related("key").get(pk=blob_id)
    try:
        with open_blob(blob) as plain:
            text = read_text(plain, Kind(blob.kind) if blob.kind else None).text
    except Refused as refused:
        waiting.update(state=TextState.FAILED, problem=refused.problem.message[:300])
        return
    kept_text = words.clean_text(text)
    with transaction.atomic():
        # The row is gone if the file was erased meanwhile; its text must not be stored again.
        row = waiting.select_for_update().first()
        if row is not None:
            row.state, row.text, row.folded, row.problem = TextState.DONE, kept_text, words.index_text(kept_text), ""
            row.save(update_fields=["state", "text", "folded", "problem"])


def resume_texts() -> int:
    """Enqueue extractions that wait longer than their turn; return how many. After the last attempt one is given up,
    with its problem stored.
    """
    now, woken = clock.now(), 0
    for row in FileText.objects.filter(state=TextState.WAITING, stepped_at__lt=now - words.first_wait())[:200]:
        if now - row.stepped_at < words.wait_after(row.attempts):
            continue
        if row.attempts >= MOST_ATTEMPTS:
            logger.warning("text of blob %s given up", row.blob_id)
            problem = _("The text could not be taken, because the store of files did not answer. Ask for it again.")
            FileText.objects.filter(pk=row.pk, state=TextState.WAITING).update(
                state=TextState.FAILED, problem=problem[:300]
            )
            continue
        with transaction.atomic():
            same = FileText.objects.filter(pk=row.pk, state=TextState.WAITING, stepped_at=row.stepped_at)
            if same.update(stepped_at=now):
                TEXT_TASK.enqueue_on_commit(row.blob_id)
                woken += 1
    return woken
