"""The unit's pages of support: the list, the form, and one record."""

from collections.abc import Iterable
from typing import TypedDict
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.members import queries as members
from doanso.people import queries as people
from doanso.support import labels, policy, queries
from doanso.support.forms import support_records as forms
from doanso.support.models import SupportRecord
from doanso.support.queries import recheck_rounds as rechecks
from doanso.units import queries as units


class _RecordList:
    """The filters in the list's address, with the units they offer."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.units = access_queries.units_to_see(request.user)
        self.form = forms.SupportRecordFilterForm(request.GET, services=queries.recordable_services(), units=self.units)
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        unit = next((named_unit.unit for named_unit in self.units if named_unit.code == cleaned.get("unit")), None)
        self.filters = queries.SupportRecordFilter(
            text=cleaned.get("q", ""),
            unit=unit,
            service=cleaned.get("service", ""),
            receiver=cleaned.get("to", ""),
            state=cleaned.get("state") or queries.STATES[0],
            helper=cleaned.get("helper"),
            since=cleaned.get("since"),
            until=cleaned.get("until"),
        )

    @property
    def is_narrowed(self) -> bool:
        return self.filters != queries.SupportRecordFilter()


@login_required
@require_safe
def help_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the support records the reader may see, newest first, with search and filters in the address."""
    listing = _RecordList(request)
    support_records = queries.filtered_records(request.user, listing.filters)
    page = queries.record_page(request.user, support_records, page_number(request), known_units=listing.units)
    summary = ngettext("%(count)s help on this page", "%(count)s helps on this page", len(page.rows))
    return render(
        request,
        "support/list.html",
        {
            "form": listing.form,
            "narrowed": listing.is_narrowed,
            "rows": _table_rows(page.rows),
            "pages": pages(
                request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.rows))}
            ),
            "helper": members.name_of_stay(request.user, listing.filters.helper),
            "waiting": queries.waiting_counts(request.user),
            "recheck": _recheck_words(listing),
            "may_record": policy.RECORD.allows_anywhere(request.user),
            "masked": any(not row.open for row in page.rows),
            "search_limited": bool(listing.filters.text) and not access.personal(request.user).everywhere,
        },
    )


class SupportTableRow(TypedDict):
    """Cells of one row of the list, as `support/list.html` prints them."""

    url: str
    name: str
    shop: str
    service: str
    day: str
    unit: str
    evidence: str
    claim: str


def _table_rows(rows: Iterable[queries.SupportRecordRow]) -> list[SupportTableRow]:
    """Return the cells of a page; words and addresses are made once for all rows, which halves the cost of a page."""
    evidence = [str(words) for words in labels.EVIDENCE]
    claim_pills: dict[str, str] = {}
    example = UUID(int=0)
    address, shop = reverse("support:support_record", args=[example]), _("Shop")
    table_rows = []
    for row in rows:
        if row.claim not in claim_pills:
            claim_pills[row.claim] = labels.claim_pill(row.claim)
        table_rows.append(
            SupportTableRow(
                url=address.replace(str(example), str(row.id)),
                name=row.name or labels.missing_name(named=row.named),
                shop=shop if row.to_business else "",
                service=row.service_name,
                day=formats.day(row.happened_on),
                unit=row.unit,
                evidence=evidence[row.grade],
                claim=claim_pills[row.claim],
            )
        )
    return table_rows


def _recheck_words(listing: _RecordList) -> str:
    """Return the re-checks' result for the filter's unit, or for the first of the reader's; empty without re-checks."""
    unit = listing.filters.unit or next((named_unit.unit for named_unit in listing.units), None)
    if unit is None:
        return ""
    service, receiver = listing.filters.service, listing.filters.receiver
    rates = rechecks.error_rates([unit.pk])
    rate = rates.of(unit.pk, service=service, to_business=receiver == "shops" if receiver else None)
    if rate == rechecks.ErrorRate():
        return ""
    name = next((named_unit.short_name for named_unit in listing.units if named_unit.id == unit.pk), "")
    return f"{name}: {labels.error_rate_words(rate)}"


# --- One support record ------------------------------------------------------------------------------------------------


def get_support_record(
    request: AuthenticatedRequest, support_record_id: UUID, permission: access.Permission = policy.VIEW
) -> SupportRecord:
    """Return the support record if the reader has the permission for it; 404 or 403 otherwise."""
    return get_or_404(request.user, permission, queries.records_with_details(), see=policy.VIEW, pk=support_record_id)


@login_required
@require_safe
def help_page(request: AuthenticatedRequest, support_record_id: UUID) -> HttpResponse:
    """Show one support record: service and day, where it counts, the receiver's statements, and its history."""
    support_record = get_support_record(request, support_record_id)
    unit = units.named_unit(support_record.unit, support_record.happened_on)
    [row] = queries.record_rows(request.user, [support_record], known_units=[unit])
    statements = queries.receipt_statements(support_record.receipt_id) if support_record.receipt_id else None
    in_effect = support_record.taken_back_at is None
    may_record = policy.RECORD.allows(request.user, support_record, found_by=policy.VIEW)
    return render(
        request,
        "support/help.html",
        {
            "help": support_record,
            "name": row.name or labels.missing_name(named=row.named),
            "open": row.open,
            "claim": labels.claim_pill(row.claim),
            "evidence": labels.EVIDENCE[row.grade],
            "unit": unit,
            "facts": _facts(support_record, shown=row.open),
            "statements": statements,
            # A ward's record may be drawn in a round of the city, which the ward does not see.
            "rechecks": [
                (recheck, policy.VIEW.allows(request.user, recheck.round))
                for recheck in rechecks.answered_rechecks(support_record)
            ],
            "corrected_by_id": queries.corrected_by_id(support_record),
            "may_correct": may_record and in_effect and support_record.refused_at is None,
            "may_take_back": may_record and in_effect,
            "may_print": may_record
            and support_record.receipt_id is not None
            and bool(support_record.receipt and support_record.receipt.keys_encrypted),
            "may_record": may_record,
            "may_decide": policy.DECIDE.allows(request.user, support_record, found_by=policy.VIEW),
            "events": access_queries.history(request.user, support_record),
        },
    )


def _facts(support_record: SupportRecord, *, shown: bool) -> list[tuple[str, str]]:
    facts = [
        (_("Helped with"), support_record.service.name),
        (_("On day"), formats.day(support_record.happened_on)),
        (_("Recorded"), f"{formats.moment(support_record.recorded_at)}, {support_record.get_source_display()}"),
    ]
    if shown:
        for label, name, kind in (
            (_("Who helped"), support_record.helper_name, support_record.get_helper_kind_display()),
            (_("Who came along"), support_record.second_helper_name, support_record.get_second_helper_kind_display()),
        ):
            if name:
                facts.append((label, f"{name} ({kind})" if kind else name))
        facts += _contact_facts(support_record)
    return facts


def _contact_facts(support_record: SupportRecord) -> list[tuple[str, str]]:
    if support_record.contact is not None:
        return [
            (_("Year of birth"), str(support_record.contact.birth_year or formats.NONE)),
            (_("Phone"), people.decrypt_field(support_record.contact, "phone") or formats.NONE),
            (_("Address"), support_record.contact.address or formats.NONE),
        ]
    if support_record.business is not None:
        return [
            (_("What it sells"), support_record.business.kind_of_trade or formats.NONE),
            (_("Address"), support_record.business.address or formats.NONE),
        ]
    return []
