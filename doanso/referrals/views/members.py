"""A member's own page with 1+2, and the pages of whoever helps a unit's members along."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption.queries import self_report as own
from doanso.lib import clock, formats, qr
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.people import queries as people
from doanso.referrals import actions, policy, queries
from doanso.referrals.forms import NEED_WORDS, FilterForm, GuidedForm
from doanso.referrals.models import SlotKind
from doanso.referrals.queries import Place
from doanso.referrals.rules import Need
from doanso.support import queries as support
from doanso.units import queries as units


def _stay(request: AuthenticatedRequest, member_id: UUID) -> Member:
    """An active member whose 1+2 the reader may see to; whoever may only see the member gets 403."""
    active = queries.active_members()
    stay = policy.REFER_MEMBERS.filter(request.user, active).filter(pk=member_id).first()
    if stay is None and members.visible(request.user).filter(pk=member_id, pk__in=active.values("pk")).exists():
        policy.REFER_MEMBERS.require(request.user, active.get(pk=member_id))
    if stay is None:
        raise Http404
    return stay


def _handed(request: AuthenticatedRequest, place: Place) -> dict[str, Any] | None:
    """What to hand over for a place, as picture, address and message: the invitation, or then the receipt."""
    if place.keys is not None:
        address = request.build_absolute_uri(reverse("referrals:invitation", args=[place.keys.link]))
        message = _("I am to guide you to a digital service as part of 1+2. Open this on your own phone: %(address)s")
        return {
            "address": address,
            "code": place.keys.code,
            "typed": f"{request.get_host()}{reverse('referrals:invitation-code')}",
            "picture": qr.svg(address, _("The invitation as a code to scan")),
            "message": message % {"address": address},
        }
    if place.receipt_link:
        address = request.build_absolute_uri(reverse("support:receipt", args=[place.receipt_link]))
        message = _("Please look whether this is how I helped you, and confirm it: %(address)s")
        return {
            "address": address,
            "code": "",
            "picture": qr.svg(address, _("The receipt as a code to scan")),
            "message": message % {"address": address},
        }
    return None


def _section(request: AuthenticatedRequest, stay: Member) -> dict[str, Any]:
    """The section "1+2" of one member."""
    slots = queries.places(stay.person_id)
    return {
        "stay": stay,
        "places": [(place, _handed(request, place)) for place in slots],
        "done": sum(place.is_done for place in slots),
    }


@login_required
@never_cache
@require_safe
def me(request: AuthenticatedRequest) -> HttpResponse:
    """The member's own record on their phone: services, and 1+2 with what to hand over."""
    stay = queries.own_stay(request.user)
    if stay is None:
        raise Http404
    services = own.own_services(stay)
    context = {
        "called": " ".join(stay.contact.name.split()[-2:]),
        "branch": units.name(stay.branch),
        "rows": [(service, reverse("adoption:own-service", args=[service.service.pk])) for service in services],
        "reached": sum(service.level > 0 for service in services),
        "own": True,
    }
    return render(request, "referrals/me.html", context | _section(request, stay))


@login_required
@require_safe
def referral_list(request: AuthenticatedRequest) -> HttpResponse:
    """Members of the reader's units and how far each has come with 1+2; filters stand in the address."""
    access.anywhere_or_404(request.user, policy.REFER)
    scope = access_queries.units_to_see(request.user)
    form = FilterForm(request.GET, units=scope)
    form.is_valid()
    cleaned = form.cleaned_data
    stays = queries.in_care(request.user)
    unit = next((item.unit for item in scope if item.code == cleaned.get("unit")), None)
    if unit is not None:
        stays = members.below(stays, unit)
    if cleaned.get("q"):
        stays = members.searchable(request.user, stays)
    stays = queries.with_need(members.listed(stays, text=cleaned.get("q", "")))
    far = queries.counts(stays)
    need = cleaned.get("need", "")
    if need:
        stays = queries.needing(stays, need)
    page = queries.page(request.user, stays, page_number(request))
    return render(
        request,
        "referrals/member_list.html",
        {
            "form": form,
            "narrowed": bool(cleaned.get("q") or unit or need),
            "page": page,
            "pages": _pages(request, page.members),
            "far": [(item, words, far.get(item, 0), _narrow(request, item)) for item, words in NEED_WORDS.items()],
            "need": need,
            "words": {item.value: words for item, words in NEED_WORDS.items()},
            "reminder": _reminder(request),
        },
    )


def _narrow(request: AuthenticatedRequest, need: Need) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["need"] = need.value
    return f"?{query.urlencode()}"


def _pages(request: AuthenticatedRequest, page: members.MemberPage) -> dict[str, str]:
    summary = ngettext("%(count)s member", "%(count)s members", page.count) % {"count": formats.number(page.count)}
    return pages(request, page.number, more=page.number < page.last, summary=summary)


def _reminder(request: AuthenticatedRequest, called: str = "", missing: str = "") -> str:
    """Words to copy into Zalo: for a whole group, or for one member."""
    address = request.build_absolute_uri(reverse("referrals:me"))
    if called:
        text = _(
            "Hello %(called)s, for 1+2 you still need: %(missing)s. Open %(address)s, hand the code to them, and let "
            "them confirm it on their own phone."
        )
        return text % {"called": called, "missing": missing, "address": address}
    text = _(
        "Dear members, each of us guides one friend and one relative (1+2). Open %(address)s, hand the code to them, "
        "and let them confirm it on their own phone."
    )
    return text % {"address": address}


@login_required
@never_cache
@require_safe
def member(request: AuthenticatedRequest, member_id: UUID) -> HttpResponse:
    """One member's 1+2: what to hand over, and what to remind them of."""
    stay = _stay(request, member_id)
    section = _section(request, stay)
    is_own = stay.person.user_id == request.user.pk
    missing = ", ".join(str(place.kind.label).lower() for place, _handed_over in section["places"] if not place.is_done)
    name = members.names_for(request.user, [stay])[stay.pk]
    context = {
        "name": name,
        "branch": units.name(stay.branch),
        "own": is_own,
        "reminder": _reminder(request, name.split()[-1], missing) if missing and not is_own else "",
    }
    return render(request, "referrals/member.html", context | section)


def _kind(slot: str) -> SlotKind:
    if slot not in SlotKind.values:
        raise Http404
    return SlotKind(slot)


def _back(request: AuthenticatedRequest, stay: Member) -> HttpResponse:
    if stay.person.user_id == request.user.pk:
        return redirect("referrals:me")
    return redirect("referrals:member", stay.pk)


@login_required
@require_POST
def open_slot(request: AuthenticatedRequest, member_id: UUID, slot: str) -> HttpResponse:
    """A new link and code for one of the two places."""
    kind = _kind(slot)
    stay = _stay(request, member_id)
    try:
        actions.open_slot(actor=request.user, member_id=stay.pk, kind=kind)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The invitation is ready: let them scan the code, or send the link."))
    return _back(request, stay)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring(request: AuthenticatedRequest, member_id: UUID, slot: str) -> HttpResponse:
    """Write down whom one guided, with the person beside one; their receipt then confirms it."""
    kind = _kind(slot)
    stay = _stay(request, member_id)
    chosen_slot = queries.slots().filter(person_id=stay.person_id, kind=kind).first()
    if chosen_slot is None:
        raise Http404
    text = people.consent_text(clock.today())
    form = GuidedForm(
        request.POST if request.method == "POST" else None, services=support.services(), purposes=text.purposes
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.bring(actor=request.user, slot_id=chosen_slot.pk, guided=form.told)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Written down. It counts once the person has confirmed the receipt."))
            return _back(request, stay)
    return render(
        request,
        "referrals/bring.html",
        {"form": form, "stay": stay, "kind": kind, "text": text, "own": stay.person.user_id == request.user.pk},
        status=422 if form.is_bound else 200,
    )
