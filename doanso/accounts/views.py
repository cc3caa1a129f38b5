"""Views around sign-in that are not allauth's own."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts import actions, throttle
from doanso.accounts.adapter import THEME_COOKIE_AGE
from doanso.accounts.forms import CodeForm
from doanso.accounts.requests import AuthenticatedRequest
from doanso.accounts.secret_links import network_of_request
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal


@never_cache
@sensitive_post_parameters("code", "password", "again")
@require_http_methods(["GET", "POST"])
def password_with_code(request: HttpRequest) -> HttpResponse:
    """Set a new password with the code of an officer."""
    if request.method == "POST":
        form = CodeForm(request.POST)
        if form.is_valid():
            cleaned = form.cleaned_data
            try:
                attempt = throttle.begin_code(network=network_of_request(request))
                actions.use_code(login=cleaned["login"], code=cleaned["code"], password=cleaned["password"])
            except Refused as refused:
                add_refusal(form, refused)
            else:
                throttle.uncount_try(attempt)
                messages.success(request, _("The new password is set. Sign in with it."))
                return redirect("account_login")
        return render(request, "account/password_with_code.html", {"form": form}, status=422)
    return render(request, "account/password_with_code.html", {"form": CodeForm()})


@login_required
@require_POST
def theme(request: AuthenticatedRequest) -> HttpResponse:
    """Store the choice of light or dark with the account and in this browser."""
    chosen = request.POST.get("theme", "")
    try:
        actions.choose_theme(actor=request.user, theme=chosen)
    except Refused as refused:
        return HttpResponse(refused.problem.message, status=422)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    # Not by `redirect`, which would take the address for the name of a route.
    response = HttpResponseRedirect(back if safe else "/") if back else HttpResponse(status=204)
    if chosen == "auto":
        response.delete_cookie("theme")
    else:
        response.set_cookie("theme", chosen, max_age=THEME_COOKIE_AGE, samesite="Lax", secure=request.is_secure())
    return response
