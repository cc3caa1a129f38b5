"""Find the lists that name a person who is to be erased.

Rows are not indexed by person, so those that can still be read are decrypted and searched. An unresolved list would record the
person again, so it must be resolved first. A resolved one loses its key, and with it the file and all its rows, including those
of other people; they would be deleted after ninety days anyway.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.imports.models import Import, ImportRow, ImportState
from doanso.imports.stored_rows import plain_text
from doanso.lib import formats, vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.units.models import UnitPath

if TYPE_CHECKING:
    from doanso.accounts.models import User

_PAGE = 2000
_SETTLED = frozenset({ImportState.APPLIED, ImportState.REFUSED, ImportState.CANCELLED})
_UNREAD = frozenset({ImportState.READING, ImportState.COMPARING})
_NO_WORD, _NO_DIGIT = re.compile("[^a-z0-9]+"), re.compile(r"\D")
_NUMBER_END = 9
"""Digits by which a number is known however it was typed: with 0, with +84, or without either."""


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """Folded names and numbers by which a list may name a person."""

    names: Collection[str]
    numbers: Collection[str]

    def is_in(self, text: str) -> bool:
        """Return whether a text may be about the person; a namesake's list is destroyed too rather than the person's kept."""
        words = f" {_NO_WORD.sub(' ', vietnamese.fold(text))} "
        if any(f" {name} " in words for name in self.names if name):
            return True
        digits = _NO_DIGIT.sub("", text)
        return any(number[-_NUMBER_END:] in digits for number in self.numbers)


def forget_lists(*, actor: "User | None", unit_ids: Collection[UUID], search_terms: PersonTraces) -> int:
    """Destroy the lists of these units, and of those above and below them, that may name the person; return how many.

    Refused while one of them is not resolved.
    """
    forgotten_count = 0
    for job in _related(unit_ids).filter(file__key__destroyed_at=None):
        # A list that was never read to its end may name anybody.
        unread = job.state in _UNREAD or job.compared_count < job.row_count or not job.row_count
        if unread or any(search_terms.is_in(text) for text in _texts(job)):
            # An import that is locked may be written or read anew at this moment.
            resolved = Import.objects.filter(pk=job.pk, state__in=_SETTLED)
            if not resolved.select_for_update(skip_locked=True).values_list("pk"):
                message = _(
                    "The list of %(day)s may name this person and is not settled; write or throw it away first."
                )
                raise Refused(Problem("list_not_settled", message % {"day": formats.day(job.started_at)}))
            job.rows.all().delete()
            files.destroy_key(blob=job.file)
            _forget_words(job)
            record(actor=actor, action="imports.forget", obj=job, unit=job.unit_id)
            forgotten_count += 1
        elif search_terms.is_in(job.file.name):
            _forget_words(job)
    for job in _related(unit_ids).exclude(file__key__destroyed_at=None):
        # Its rows are gone, but not what its file was called.
        if any(map(search_terms.is_in, (job.file.name, job.problem_message))):
            _forget_words(job)
    return forgotten_count


def _forget_words(job: Import) -> None:
    """Empty the file's name, which a user typed, and the problem's message, which may quote a row."""
    job.file.name = ""
    job.file.save(update_fields=["name"])
    # An import that is being written has no problem message, so the update does not wait for its lock.
    Import.objects.filter(pk=job.pk).exclude(problem_message="").update(problem_message="")


def _related(unit_ids: Collection[UUID]) -> QuerySet[Import]:
    """Return the lists of these units and of those above and below them on any day."""
    above = UnitPath.objects.filter(unit_id__in=unit_ids).values("ancestor_id")
    below = UnitPath.objects.filter(ancestor_id__in=unit_ids).values("unit_id")
    related = Import.objects.filter(Q(unit_id__in=above) | Q(unit_id__in=below))
    return related.select_related("file__key").order_by("pk")


def _texts(job: Import) -> Iterator[str]:
    """Yield all stored texts of each row, page by page."""
    cipher = files.record_cipher(job.file)
    after = 0
    while True:
        page = list(ImportRow.objects.filter(job=job, position__gt=after).order_by("position")[:_PAGE])
        for row in page:
            yield plain_text(cipher, row)
        if len(page) < _PAGE:
            return
        after = page[-1].position
