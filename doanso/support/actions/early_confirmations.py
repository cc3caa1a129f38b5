"""Confirmations of receipts that are not synchronised yet: stored until the receipt comes, and applied in its
transaction.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock, database
from doanso.support import queries, receipt_keys, rules
from doanso.support.actions.confirmations import RESIDENT, ConfirmationInput, device_of_today, write_confirmations
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.residents import confirm_receipt, limit_requests
from doanso.support.models import EarlyConfirmation, Receipt, SupportRecord


class ReceiptKey(NamedTuple):
    """A newly arrived receipt, by the link that its phone made."""

    id: UUID
    link_lookup: str
    shown_until: datetime | None
    unit_id: UUID


def _bucket(lookup: str) -> str:
    # Sixteen locks: a batch of hundreds holds few of them, and a confirmation waits for few batches.
    return f"support.early.{lookup[-1]}"


def confirm_early(*, link: str, staff_browser: bool, device: Sequence[str], network: str) -> None:
    """Store a confirmation of a receipt that is still unknown; of several, the one that may raise the grade most is
    kept.

    A receipt that has arrived meanwhile is confirmed as usual. One network address may do this sixty times an hour,
    whether such receipts exist or not.
    """
    limit_requests("early", network, rules.EARLY_OF_A_PLACE)
    lookup = receipt_keys.link_lookup(link)
    with transaction.atomic():
        # The receipt's batch holds the same lock shared: either it finds this confirmation, or we find the receipt.
        database.lock([_bucket(lookup)], shared=False)
        receipt = queries.receipt_by_lookup(lookup)
        if receipt is None:
            _keep(lookup, staff_browser, device_of_today(device))
    if receipt is not None:
        confirm_receipt(receipt_id=receipt.pk, staff_browser=staff_browser, device=device)


def _keep(lookup: str, staff_browser: bool, device: str) -> None:
    # A later confirmation raises the grade whenever an earlier one does; one in a staff browser raises nothing.
    if staff_browser and EarlyConfirmation.objects.filter(pk=lookup, staff_browser=False).exists():
        return
    EarlyConfirmation.objects.update_or_create(
        pk=lookup, defaults={"made_at": clock.now(), "staff_browser": staff_browser, "device": device}
    )


def apply_early_confirmations(receipts: Sequence[ReceiptKey]) -> int:
    """Turn the confirmations that waited for these receipts into ordinary ones of their own moment; return how many.

    Called in the transaction that writes receipts and records, after both; a fixed number of statements, two where
    nothing waits. The receipts' links must be distinct.
    """
    database.lock(sorted({_bucket(entry.link_lookup) for entry in receipts}), shared=True)
    by_lookup = {entry.link_lookup: entry for entry in receipts}
    links = list(by_lookup)
    where = f"link_lookup IN ({database.placeholders(links)})"
    if not database.read_rows(EarlyConfirmation, ("link_lookup",), where, links):
        return 0
    early = list(EarlyConfirmation.objects.filter(pk__in=links).select_for_update().order_by("pk"))
    EarlyConfirmation.objects.filter(pk__in=[entry.pk for entry in early]).delete()
    words = [
        ConfirmationInput(
            by_lookup[entry.pk].id, by_lookup[entry.pk].unit_id, entry.made_at, entry.staff_browser, entry.device
        )
        for entry in early
    ]
    write_confirmations(words)
    spoken = Receipt.objects.in_bulk([word.receipt_id for word in words])
    record_many(
        [
            AuditEventInput(None, "support.confirm", spoken[entry.receipt_id], entry.unit_id, note=RESIDENT)
            for entry in words
        ]
    )
    lifted = {
        by_lookup[entry.pk].id
        for entry in early
        if rules.raises_grade(
            made_at=entry.made_at, staff_browser=entry.staff_browser, shown_until=by_lookup[entry.pk].shown_until
        )
    }
    support_records = SupportRecord.objects.filter(
        receipt__in=lifted, taken_back_at=None, refused_at=None, grade__lt=rules.CONFIRMED
    )
    raise_grades(support_records=list(support_records.select_for_update().order_by("pk")), grade=rules.CONFIRMED)
    return len(early)
