"""Pages of alarms about codes: what was seen, what to do, photos as evidence, and how it was settled."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from doanso.access import policy as access
from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.cashless import actions, code_keys, policy
from doanso.cashless.actions.alarm_photos import MOST_PHOTOS
from doanso.cashless.forms.codes import AlarmOutcomeForm, AlarmPhotoForm
from doanso.cashless.masking import mask_alarm, mask_checks
from doanso.cashless.models import AlarmCause, AlarmPhoto, CodeAlarm, CodeAlarmState
from doanso.cashless.queries import shops as queries
from doanso.cashless.rules import codes as rules
from doanso.cashless.wording import account_name, shop_place
from doanso.files.form_refusals import FormRefusals
from doanso.files.responses import hand_out
from doanso.lib.form_pages import submit
from doanso.people.queries import canonical_businesses


def _alarm_or_404(request: AuthenticatedRequest, alarm_id: UUID, permission: Permission = policy.VIEW) -> CodeAlarm:
    return get_or_404(request.user, permission, queries.all_alarms(), see=policy.VIEW, pk=alarm_id)


@login_required
@require_safe
def alarm(request: AuthenticatedRequest, alarm_id: UUID) -> HttpResponse:
    """Show an alarm: what was seen, with whom to speak, and how it was settled."""
    return _alarm_page(request, _alarm_or_404(request, alarm_id))


@login_required
@require_POST
def settle(request: AuthenticatedRequest, alarm_id: UUID) -> HttpResponse:
    """Settle an alarm with its outcome and a sentence."""
    alarm = _alarm_or_404(request, alarm_id, policy.MANAGE)
    form = AlarmOutcomeForm(request.POST)
    if submit(
        form,
        lambda: actions.resolve_alarm(
            actor=request.user,
            alarm=alarm,
            outcome=form.cleaned_data["outcome"],
            words=form.cleaned_data["words"],
        ),
    ):
        messages.success(request, _("The alarm is settled."))
        return redirect(_shop_url(alarm))
    return _alarm_page(request, _alarm_or_404(request, alarm_id), form, status=422)


def _shop_url(alarm: CodeAlarm) -> str:
    """Return the page of the alarm's shop, or of the one with which it was merged."""
    business_id = alarm.shop.business_id
    return reverse("cashless:shop", args=[canonical_businesses([business_id])[business_id]])


def _alarm_page(
    request: AuthenticatedRequest,
    alarm: CodeAlarm,
    form: AlarmOutcomeForm | None = None,
    photo_form: AlarmPhotoForm | None = None,
    status: int = 200,
) -> HttpResponse:
    registered, checks = queries.code_of_day(alarm.shop, alarm), queries.checks_of_alarm(alarm)
    shown = access.personal(request.user)
    may_manage = policy.MANAGE.allows(request.user, alarm, found_by=policy.VIEW)
    # A picture of the shop's front is more than the initials that an inspector reads.
    photos = queries.photos_of_alarm(alarm) if may_manage else []
    shop_url = _shop_url(alarm)
    mask_alarm(shown, alarm)
    mask_checks(shown, checks)
    context = {
        "alarm": alarm,
        "shop": alarm.shop,
        "shop_url": shop_url,
        "place": shop_place(alarm.shop),
        "seen": code_keys.account_words(alarm.bank_bin, alarm.last_four, alarm.seen_on),
        "registered": account_name(registered, alarm.seen_on) if registered is not None else "",
        "checks": checks,
        "is_open": alarm.state == CodeAlarmState.OPEN,
        "is_objection": alarm.cause == AlarmCause.OBJECTION,
        "may_manage": may_manage,
        "may_settle": may_manage
        and rules.own_change_problem(request.user.pk, alarm.change.requested_by_id if alarm.change else None) is None,
        "form": form or AlarmOutcomeForm(),
        "photos": photos,
        "photo_form": (photo_form or AlarmPhotoForm()) if may_manage and len(photos) < MOST_PHOTOS else None,
    }
    return render(request, "cashless/alarm.html", context, status=status)


# --- Photos -----------------------------------------------------------------------------------------------------------


def _photo_or_404(request: AuthenticatedRequest, alarm_photo_id: UUID) -> AlarmPhoto:
    photos = queries.all_photos()
    return get_or_404(request.user, policy.MANAGE_PHOTO, photos, see=policy.VIEW_PHOTO, pk=alarm_photo_id)


@login_required
@require_POST
def add_photo(request: AuthenticatedRequest, alarm_id: UUID) -> HttpResponse:
    """Keep a photo of what hung at the shop."""
    alarm = _alarm_or_404(request, alarm_id, policy.MANAGE)
    form = AlarmPhotoForm(request.POST, request.FILES)
    if form.is_valid():
        with FormRefusals(form, file_field="photo"):
            actions.add_photo(actor=request.user, alarm=alarm, photo=form.upload())
            messages.success(request, _("The photo is kept with the alarm."))
            return redirect("cashless:alarm", alarm.pk)
    return _alarm_page(request, alarm, photo_form=form, status=422)


@login_required
@require_safe
def photo(request: AuthenticatedRequest, alarm_photo_id: UUID) -> HttpResponseBase:
    """Hand out a photo of an alarm."""
    photo = _photo_or_404(request, alarm_photo_id)
    if photo.blob.erased_at is not None:
        raise Http404
    return hand_out(request, photo.blob, inline=True)


@login_required
@require_POST
def erase_photo(request: AuthenticatedRequest, alarm_photo_id: UUID) -> HttpResponse:
    """Erase a photo of an alarm for good."""
    photo = _photo_or_404(request, alarm_photo_id)
    actions.erase_photo(actor=request.user, photo=photo)
    messages.success(request, _("The photo is erased for good."))
    return redirect("cashless:alarm", photo.alarm_id)
