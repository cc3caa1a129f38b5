"""Actions on books: open one, fill it from the facts that were stated before, and remove what was never shown of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.ledger import locking, ports, posting, rollup
from doanso.ledger.inputs import MeasurePlan
from doanso.ledger.models import Book, Measure, Snapshot, Subject
from doanso.lib import database
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit


def begin_book(*, code: str, root: Unit, first_day: date, last_day: date, measures: Sequence[MeasurePlan]) -> Book:
    """Open a book, or add measures to it, without filling it. Idempotent.

    From then on new facts are counted in it. Until `fill_page` has gone through all subjects, its figures lack what was
    stated before, so the caller shows none of them.
    """
    with transaction.atomic():
        database.lock([locking.GATE], shared=False)
        book, _made = Book.objects.get_or_create(
            code=code, defaults={"root": root, "first_day": first_day, "last_day": last_day}
        )
        database.lock([locking.book_gate(book.pk)], shared=False)
        if (book.root_id, book.first_day, book.last_day) != (root.pk, first_day, last_day):
            message = _("Book %(code)s is open with another unit or other days; open one under another code.")
            raise Refused(Problem("book-differs", message % {"code": code}))
        _add_measures(book, measures)
    return book


def _add_measures(book: Book, plans: Sequence[MeasurePlan]) -> None:
    existing = {measure.code: measure for measure in Measure.objects.filter(book=book)}
    new = []
    for plan in plans:
        family = ports.served_family(plan.family)
        kind = plan.kind or family.kind
        terms = (kind, family.name, plan.topic, plan.level, plan.least_grade)
        measure = existing.get(plan.code)
        if measure is None:
            measure = Measure(
                book=book,
                code=plan.code,
                kind=kind,
                family=family.name,
                topic=plan.topic,
                level=plan.level,
                least_grade=plan.least_grade,
            )
            existing[plan.code] = measure
            new.append(measure)
        elif (measure.kind, measure.family, measure.topic, measure.level, measure.least_grade) != terms:
            message = _("Measure %(code)s counts something else in this book already; choose another code.")
            raise Refused(Problem("measure-differs", message % {"code": plan.code}))
    Measure.objects.bulk_create(new)


class FilledPage(NamedTuple):
    """A page of subjects whose facts are posted in a book: the last one's id, and their number."""

    last_id: int
    subjects: int


def fill_page(book: Book, *, after: int, size: int = 500) -> FilledPage | None:
    """Post what the next subjects' facts book, which were stated before the book was opened; None when no subject is left.

    One transaction. Idempotent. Claims that are new in a line are placed in the order in which they were stated.
    """
    with locking.counting_transaction() as measures:
        remaining = Subject.objects.filter(id__gt=after, merged_into=None)
        ids = list(remaining.order_by("id").values_list("id", flat=True)[:size])
        if not ids:
            return None
        locking.lock_ids(ids)
        posting.post_differences([measure for measure in measures if measure.book_id == book.pk], ids)
    return FilledPage(ids[-1], len(ids))


def fill_book(book: Book, *, page: int = 500) -> None:
    """Post all facts that were stated before the book was opened, page by page of subjects. Idempotent."""
    after = 0
    while (filled := fill_page(book, after=after, size=page)) is not None:
        after = filled.last_id


def measure_ids(book: Book) -> dict[str, int]:
    """Return the ids of a book's measures by their codes."""
    return dict(Measure.objects.filter(book=book).values_list("code", "id"))


def require_measures(book: Book, ids: Mapping[str, int]) -> None:
    """Refuse if one of these measures was removed or made anew meanwhile; keeps them until the transaction ends."""
    database.lock([locking.GATE], shared=True)
    if not ids.items() <= measure_ids(book).items():
        message = _("Another publication under the same code was refused meanwhile. Publish again.")
        raise Refused(Problem("book-ended", message))


def drop_measures(book: Book, *, keep: Collection[str]) -> int:
    """Remove the measures of a book that nothing ever showed, with all their entries, and return how many; counting is blocked.

    A book with a closed month or a snapshot keeps all it has: what its days say refers to entries, and states of one book wait
    together for an open day.
    """
    if book.closed_until is not None or Snapshot.objects.filter(book=book).exists():
        return 0
    ids = [pk for code, pk in measure_ids(book).items() if code not in keep]
    rollup.delete_measures(ids)
    return len(ids)


def drop_book(book: Book) -> bool:
    """Remove a book to which no programme refers, with all it has, so that its code is free again; return whether it is gone.

    Counting is blocked. A book with a snapshot stays.
    """
    drop_measures(book, keep=())
    if Measure.objects.filter(book=book).exists() or Snapshot.objects.filter(book=book).exists():
        return False
    book.delete()
    return True
