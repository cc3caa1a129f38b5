"""The helped person's pages: no account, no script, big type. Whoever holds the link, or code and year, may open them.

The link's secret is itself what a form must bring along, so there is no other token against forged forms: a page that
sends no referrer could not show one anyway. Nothing of these pages is indexed, kept by a cache or told to other sites.
"""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts import queries as accounts
from doanso.accounts.secret_links import device_of, place_of, secret_page
from doanso.lib import clock
from doanso.lib.access_codes import clean_code, is_link
from doanso.lib.problems import Refused
from doanso.support import actions, queries, rules, slips
from doanso.support.forms import support_records as forms
from doanso.support.models import BY_SLIP, DisputeReason, Help, Receipt
from doanso.units import queries as units


@secret_page
@sensitive_post_parameters("code", "birth_year")
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest) -> HttpResponse:
    """The code on the slip together with the year of birth opens the receipt; either alone opens nothing."""
    form = forms.CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            receipt = actions.try_code(
                code=clean_code(cleaned["code"]), birth_year=cleaned["birth_year"], place=place_of(request)
            )
        except Refused as refused:
            form.add_error("code", refused.problem.message)
        else:
            keys = slips.keys_of(receipt) if receipt is not None else None
            if keys is not None:
                return redirect("support:receipt", keys.link)
            form.add_error("code", _("Code and year of birth fit no receipt. Look at the slip once more."))
    return render(request, "support/code.html", {"form": form}, status=422 if form.is_bound else 200)


def _found(link: str) -> tuple[Receipt, list[Help]] | None:
    """The receipt of a link with its helps; None where nothing has come yet for a link that a phone may have made."""
    if not is_link(link):
        raise Http404
    receipt = queries.receipt_by_lookup(slips.link_lookup(link))
    return (receipt, queries.on_slip(receipt)) if receipt is not None else None


def _receipt(link: str) -> tuple[Receipt, list[Help]]:
    receipt_and_helps = _found(link)
    if receipt_and_helps is None:
        raise Http404
    return receipt_and_helps


def _called(helps: list[Help]) -> str:
    """Whom the slip is about: the given name, or the shop's sign."""
    for support_record in helps:
        if support_record.contact is not None:
            contact = support_record.contact
            return rules.called(contact.name, contact.gender, contact.birth_year, clock.today().year)
        if support_record.business is not None:
            return support_record.business.name
    return ""


@secret_page
@require_safe
def receipt(request: HttpRequest, link: str) -> HttpResponse:
    """What was recorded, and what the person can do about it; or that it has not come from its phone yet."""
    receipt_and_helps = _found(link)
    return _page(request, *receipt_and_helps, link) if receipt_and_helps is not None else _waiting(request, link)


def _waiting(request: HttpRequest, link: str, problem: str = "", status: int = 200) -> HttpResponse:
    """One and the same page for every link that nobody knows, whatever was said to it."""
    return render(request, "support/receipt_waiting.html", {"link": link, "problem": problem}, status=status)


def _page(
    request: HttpRequest, receipt: Receipt, helps: list[Help], link: str, problem: str = "", status: int = 200
) -> HttpResponse:
    keys = slips.keys_of(receipt)
    statements = queries.receipt_statements(receipt.pk)
    return render(
        request,
        "support/receipt.html",
        {
            "link": link,
            "code": keys.code if keys else "",
            "helps": helps,
            "first": helps[0] if helps else None,
            "called": _called(helps),
            "is_person": any(entry.person_id is not None for entry in helps),
            "unit": units.name(receipt.unit),
            "said": statements,
            # A word given in a browser of the Union still leaves the person's own to be said.
            "confirmed": any(not entry.staff_browser for entry in statements.confirmations)
            and all(entry.grade >= rules.CONFIRMED for entry in helps if entry.refused_at is None),
            "refused": bool(helps) and all(entry.refused_at is not None for entry in helps),
            "problem": problem,
        },
        status=status,
    )


def _answered(
    request: HttpRequest, receipt: Receipt, link: str, deed: Callable[[], object], thanks: str
) -> HttpResponse:
    """Do what was asked and say so; a refusal is said on the receipt itself."""
    try:
        deed()
    except Refused as refused:
        return _page(request, receipt, queries.on_slip(receipt), link, refused.problem.message, status=422)
    return render(request, "support/receipt_done.html", {"link": link, "done": thanks})


@secret_page
@require_POST
def confirm(request: HttpRequest, link: str) -> HttpResponse:
    """ "Yes, that is how it was", also to what has not come from its phone yet."""
    receipt_and_helps = _found(link)
    staff_browser, device = accounts.ever_signed_in(request), device_of(request)
    thanks = _("Thank you. Your confirmation is written down.")
    if receipt_and_helps is None:
        try:
            actions.confirm_early(link=link, staff_browser=staff_browser, device=device, place=place_of(request))
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
def wrong(request: HttpRequest, link: str) -> HttpResponse:
    """Something is wrong: what? An officer puts it right."""
    receipt, helps = _receipt(link)
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
        {"link": link, "form": form, "called": _called(helps)},
        status=422 if form.is_bound else 200,
    )


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: HttpRequest, link: str) -> HttpResponse:
    """ "Nobody came", or "that was not me": it counts nowhere until an officer has looked into it."""
    receipt, helps = _receipt(link)
    reason = request.POST.get("reason", "")
    if request.method == "POST" and reason in BY_SLIP:
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
                if reason_choice in BY_SLIP
            ],
            "called": _called(helps),
        },
        status=422 if request.method == "POST" else 200,
    )


_ASKED = {
    "withdraw": lambda receipt: actions.withdraw(receipt_id=receipt.pk),
    "copy": lambda receipt: actions.ask(receipt_id=receipt.pk, kind="copy"),
    "erase": lambda receipt: actions.ask(receipt_id=receipt.pk, kind="erase"),
}


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest, link: str) -> HttpResponse:
    """What one can ask about one's own data: take consent back, have it erased, get a copy."""
    receipt, helps = _receipt(link)
    if not any(support_record.person_id is not None for support_record in helps):
        raise Http404
    deed = _ASKED.get(request.POST.get("ask", ""))
    if request.method == "POST" and deed is not None:
        words = {
            "withdraw": _("Your consent is taken back. Your name goes; the help stays counted without it."),
            "copy": _("Your wish for a copy is written down. An officer gives it to you in person."),
            "erase": _("Your wish is written down. Your name goes; the help stays counted without it."),
        }
        return _answered(request, receipt, link, lambda: deed(receipt), words[request.POST["ask"]])
    return render(
        request,
        "support/receipt_mine.html",
        {"link": link, "called": _called(helps)},
        status=422 if request.method == "POST" else 200,
    )
