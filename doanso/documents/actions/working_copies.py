"""What a user types in the editor is kept on the server until it becomes a version, so that a closed browser loses nothing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.body.editing import editor_value
from doanso.documents.body.nodes import DocumentBody
from doanso.documents.body.schema import from_posted, parse_appendices
from doanso.documents.body.text import pages_of
from doanso.documents.body.word_files import WordText, read_word_file
from doanso.documents.models import Document, WorkingCopy
from doanso.documents.queries.documents import typed_body, working_copy
from doanso.documents.rules import routing as rules
from doanso.documents.secrecy import refuse_secret, refuse_secret_file
from doanso.files.reading import Kind, examine
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit

KEPT = timedelta(days=30)
LONGEST = 2_000_000
"""Letters that the fields of a working copy have together."""


@transaction.atomic
def keep_working_copy(
    *, actor: User, unit: Unit, document: Document | None, expected_version: int, typed: Mapping[str, str]
) -> WorkingCopy:
    """Keep the editor's fields as typed, in place of what the user typed before; a mark of secrecy is refused.

    Nothing but a mark and the size is checked, because people are still writing. A working copy is read by its author alone, so
    it leaves no entry in history: that begins with the version.
    """
    if document is None:
        policy.DRAFT.require_at(actor, unit)
    else:
        policy.DRAFT.require(actor, document)
        refuse(rules.write_problem(document.state))
        refuse(rules.source_problem(document.source_kind))
    if sum(map(len, typed.values())) > LONGEST:
        message = _("The text is too long for one document. Move tables and long parts into attached files.")
        raise Refused(Problem("document_body_large", message))
    body, appendices = typed.get("body", ""), typed.get("appendices", "")
    pages = pages_of(from_posted(body, "body"), parse_appendices(appendices) if appendices.strip() else ())
    head = (
        f"{typed.get('summary', '')}\n{typed.get('addressees', '')}",
        typed.get("recipients", ""),
        typed.get("division", ""),
    )
    refuse_secret([*head, *pages], field="body")
    copy = WorkingCopy(
        user=actor,
        subject_id=document.pk if document is not None else unit.pk,
        expected_version=expected_version,
        content=dict(typed),
        saved_at=clock.now(),
    )
    WorkingCopy.objects.bulk_create(
        [copy],
        update_conflicts=True,
        unique_fields=["user", "subject_id"],
        update_fields=["expected_version", "content", "saved_at"],
    )
    return copy


def bring_word_file(
    *, actor: User, unit: Unit, document: Document | None, source: IO[bytes], name: str, appends: bool
) -> WordText:
    """Put the text of a Word file into the author's working copy, in place of its body or after it; nothing of the file is kept.

    A mark of secrecy anywhere in the file is refused, also in what is not taken over, such as headers and boxes.
    """
    if document is None:
        policy.DRAFT.require_at(actor, unit)
    else:
        policy.DRAFT.require(actor, document)
    examine(source, name=name, allowed={Kind.DOCX}, check_text=refuse_secret_file)
    text = read_word_file(source)
    copy = working_copy(actor, document.pk if document is not None else unit.pk)
    kept = typed_body(copy, document).blocks if appends else ()
    body = editor_value(DocumentBody((*kept, *text.body.blocks))).json
    newest = document.version if document is not None else 0
    keep_working_copy(
        actor=actor,
        unit=unit,
        document=document,
        expected_version=copy.expected_version if copy is not None else newest,
        typed={**(copy.content if copy is not None else {}), "body": body},
    )
    return text


def drop_working_copy(*, actor: User, subject_id: UUID) -> None:
    """Delete what the user typed and did not keep, of a document or of a unit's new one."""
    WorkingCopy.objects.filter(user=actor, subject_id=subject_id).delete()


def drop_old_working_copies() -> int:
    """Delete working copies that nobody has written on for `KEPT`; return how many."""
    return WorkingCopy.objects.filter(saved_at__lt=clock.now() - KEPT).delete()[0]
