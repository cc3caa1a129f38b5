"""The receiver's pages: no account, no script, large type; for holders of the link, or of code and year of birth.

A form proves itself by the link's secret, so there is no other token against forged forms: a page that sends no referrer could
not use one anyway. These pages are not indexed, cached or disclosed to other sites.
"""

from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts import queries as accounts
from doanso.accounts.secret_links import browser_traits, network_of_request, secret_page
from doanso.lib import clock
from doanso.lib.access_codes import clean_code, is_link
from doanso.lib.problems import Refused
from doanso.support import actions, ports, queries, receipt_keys, rules
from doanso.support.forms import support_records as forms
from doanso.support.models import RECEIPT_PAGE_REASONS, DisputeReason, Receipt, SupportRecord
from doanso.units import queries as units


@secret_page
@sensitive_post_parameters("code", "birth_year")
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """Open a receipt by its code with the year of birth; either alone opens nothing."""
    form = forms.CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            receipt = actions.try_code(
                code=clean_code(cleaned["code"]), birth_year=cleaned["birth_year"], network=network_of_request(request)
            )
        except Refused as refused:
            form.add_error("code", refused.problem.message)
        else:
            keys = receipt_keys.keys_of(receipt) if receipt is not None else None
            if keys is not None:
                return redirect("support:receipt", keys.link)
            form.add_error("code", _("Code and year of birth fit no receipt. Look at the slip once more."))
    return render(request, "support/code.html", {"form": form}, status=422 if form.is_bound else 200)


def _find_receipt(link: str) -> tuple[Receipt, list[SupportRecord]] | None:
    """Return the receipt of a link with its records; None for a well-formed link that is still unknown."""
    if not is_link(link):
        raise Http404
    receipt = queries.receipt_by_lookup(receipt_keys.link_lookup(link))
    return (receipt, queries.records_of_receipt(receipt)) if receipt is not None else None


def _receipt_or_404(link: str) -> tuple[Receipt, list[SupportRecord]]:
    receipt_and_helps = _find_receipt(link)
    if receipt_and_helps is None:
        raise Http404
    return receipt_and_helps


def _addressee(support_records: list[SupportRecord]) -> str:
    """Return the addressee of the receipt: the given name, or the shop's sign."""
    for support_record in support_records:
        if support_record.contact is not None:
            contact = support_record.contact
            return rules.polite_name(contact.name, contact.gender, contact.birth_year, clock.today().year)
        if support_record.business is not None:
            return support_record.business.name
    return ""


@secret_page
@require_safe
def receipt(request: HttpRequest, link: str) -> HttpResponse:
    """Show the records and the receiver's options; or that the receipt has not been synchronised yet."""
    receipt_and_helps = _find_receipt(link)
    return _page(request, *receipt_and_helps, link) if receipt_and_helps is not None else _waiting(request, link)


def _waiting(request: HttpRequest, link: str, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the same page for every unknown link, whatever statement was sent to it."""
    return render(request, "support/receipt_waiting.html", {"link": link, "problem": problem}, status=status)


def _page(
    request: HttpRequest,
    receipt: Receipt,
    support_records: list[SupportRecord],
    link: str,
    problem: str = "",
    status: int = 200,
) -> HttpResponse:
    keys = receipt_keys.keys_of(receipt)
    statements = queries.receipt_statements(receipt.pk)
    return render(
        request,
        "support/receipt.html",
        {
            "link": link,
            "code": keys.code if keys else "",
            "support_records": support_records,
            "first": support_records[0] if support_records else None,
            "called": _addressee(support_records),
            "is_person": any(entry.person_id is not None for entry in support_records),
            "unit": units.named_unit(receipt.unit),
            "statements": statements,
            # After a confirmation in a staff browser the receiver's own is still offered.
            "confirmed": any(not entry.staff_browser for entry in statements.confirmations)
            and all(entry.grade >= rules.CONFIRMED for entry in support_records if entry.refused_at is None),
            "refused": bool(support_records) and all(entry.refused_at is not None for entry in support_records),
            "notices": ports.receipt_notices(_owners(support_records)),
            "problem": problem,
        },
        status=status,
    )


def _owners(support_records: list[SupportRecord]) -> ports.ReceiptOwners:
    return ports.ReceiptOwners(
        frozenset(entry.person_id for entry in support_records if entry.person_id is not None),
        frozenset(entry.business_id for entry in support_records if entry.business_id is not None),
    )


def _answered(
    request: HttpRequest, receipt: Receipt, link: str, action: Callable[[], object], thanks: str
) -> HttpResponse:
    """Run an action and show thanks; a refusal is shown on the receipt itself."""
    try:
        action()
    except Refused as refused:
        return _page(request, receipt, queries.records_of_receipt(receipt), link, refused.problem.message, status=422)
    return render(request, "support/receipt_done.html", {"link": link, "done": thanks})


@secret_page
@require_POST
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """Confirm a receipt, also one that is not synchronised yet."""
    receipt_and_helps = _find_receipt(link)
    staff_browser, device = accounts.has_ever_signed_in(request), browser_traits(request)
    thanks = _("Thank you. Your confirmation is written down.")
    if receipt_and_helps is None:
        try:
            actions.confirm_early(
                link=link, staff_browser=staff_browser, device=device, network=network_of_request(request)
            )
        except Refused as refused:
            return _waiting(request, link, refused.problem.message, status=422)
        return render(request, "support/receipt_done.html", {"link": link, "done": thanks})
    receipt, _helps = receipt_and_helps
    return _answered(
        request,
        receipt,
        link,
        lambda: actions.confirm_receipt(receipt_id=receipt.pk, staff_browser=staff_browser, device=device),
        thanks,
    )


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def report_wrong_parts(request: HttpRequest, link: str) -> HttpResponse:
    """State the wrong parts; an officer corrects them."""
    receipt, support_records = _receipt_or_404(link)
    form = forms.WrongForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _answered(
            request,
            receipt,
            link,
            lambda: actions.remark_receipt(receipt_id=receipt.pk, parts=form.cleaned_data["parts"]),
            _("Thank you. The Union will look at it and put it right."),
        )
    return render(
        request,
        "support/receipt_wrong.html",
        {"link": link, "form": form, "called": _addressee(support_records)},
        status=422 if form.is_bound else 200,
    )


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, link: str) -> HttpResponse:
    """Dispute a receipt: it counts nowhere until an officer decides."""
    receipt, support_records = _receipt_or_404(link)
    reason = request.POST.get("reason", "")
    if request.method == "POST" and reason in RECEIPT_PAGE_REASONS:
        return _answered(
            request,
            receipt,
            link,
            lambda: actions.dispute_receipt(receipt_id=receipt.pk, reason=reason),
            _("Thank you. This is not counted any more until an officer has looked into it."),
        )
    return render(
        request,
        "support/receipt_dispute.html",
        {
            "link": link,
            "reasons": [
                (reason_choice.value, reason_choice.label)
                for reason_choice in DisputeReason
                if reason_choice in RECEIPT_PAGE_REASONS
            ],
            "called": _addressee(support_records),
        },
        status=422 if request.method == "POST" else 200,
    )


@secret_page
@require_POST
def answer_notice(request: HttpRequest, link: str) -> HttpResponse:
    """Say what the button of a notice on the receipt's page says; the app that announced it acts on it."""
    receipt, support_records = _receipt_or_404(link)
    try:
        key = UUID(request.POST.get("key", ""))
        thanks = ports.answer_receipt_notice(_owners(support_records), request.POST.get("part", ""), key)
    except (ValueError, KeyError):
        problem = _("This is not announced here any more.")
        return _page(request, receipt, support_records, link, problem, status=422)
    except Refused as refused:
        return _page(request, receipt, support_records, link, refused.problem.message, status=422)
    return render(request, "support/receipt_done.html", {"link": link, "done": thanks})


_REQUESTS = {
    "withdraw": lambda receipt: actions.withdraw_consents(receipt_id=receipt.pk),
    "copy": lambda receipt: actions.request_data(receipt_id=receipt.pk, kind="copy"),
    "erase": lambda receipt: actions.request_data(receipt_id=receipt.pk, kind="erase"),
}


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def data_rights(request: HttpRequest, link: str) -> HttpResponse:
    """Offer the rights about the person's data: withdraw consent, have it erased, get a copy."""
    receipt, support_records = _receipt_or_404(link)
    if not any(support_record.person_id is not None for support_record in support_records):
        raise Http404
    action = _REQUESTS.get(request.POST.get("ask", ""))
    if request.method == "POST" and action is not None:
        words = {
            "withdraw": _("Your consent is taken back. Your name goes; the help stays counted without it."),
            "copy": _("Your wish for a copy is written down. An officer gives it to you in person."),
            "erase": _("Your wish is written down. Your name goes; the help stays counted without it."),
        }
        return _answered(request, receipt, link, lambda: action(receipt), words[request.POST["ask"]])
    return render(
        request,
        "support/receipt_mine.html",
        {"link": link, "called": _addressee(support_records)},
        status=422 if request.method == "POST" else 200,
    )
