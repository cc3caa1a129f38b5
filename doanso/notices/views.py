"""Pages of notices: the list, and the way to what a notice is about."""

from typing import get_args
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.notices import actions, policy, queries
from doanso.notices.ports import notice_kind


@login_required
@require_safe
def notices(request: AuthenticatedRequest) -> HttpResponse:
    """Show the reader's notices: the unseen ones, all, or those of the units below."""
    asked = request.GET.get("view", "")
    reads_below = policy.reads_below(request.user)
    view: queries.NoticeView = "new"
    if asked in get_args(queries.NoticeView.__value__) and (asked != "below" or reads_below):
        view = asked  # type: ignore[assignment]
    number = page_number(request)
    rows, more = queries.notice_page(request.user, view, number)
    alarms = [row for row in rows if row.kind.is_alarm and row.notice.seen_at is None]
    others = [row for row in rows if row not in alarms]
    summary = ngettext("%(count)s notice on this page", "%(count)s notices on this page", len(rows))
    return render(
        request,
        "notices/list.html",
        {
            "alarms": alarms,
            "rows": others,
            "view": view,
            "views": _views(view, reads_below=reads_below),
            "may_see_all": view != "below" and any(row.notice.seen_at is None for row in others),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
        },
    )


def _views(view: str, *, reads_below: bool) -> list[dict[str, object]]:
    titles = [("new", _("Not seen yet")), ("all", _("All notices"))]
    if reads_below:
        titles.append(("below", _("Units below")))
    address = reverse("notices:list")
    return [
        {"title": title, "url": address if code == "new" else f"{address}?view={code}", "current": code == view}
        for code, title in titles
    ]


@login_required
@require_safe
def open_notice(request: AuthenticatedRequest, notice_id: UUID) -> HttpResponse:
    """Lead to what a notice is about; one that is addressed to the reader is seen by that."""
    notice, addressed = queries.notice_to(request.user, notice_id)
    if addressed and notice.seen_at is None:
        actions.mark_seen(actor=request.user, notice_ids=[notice.pk])
    return redirect(notice_kind(notice.kind).url(notice))


@login_required
@require_POST
def see(request: AuthenticatedRequest, notice_id: UUID) -> HttpResponse:
    """Mark one notice as seen without opening it."""
    notice, _addressed = queries.notice_to(request.user, notice_id)
    actions.mark_seen(actor=request.user, notice_ids=[notice.pk])
    return redirect("notices:list")


@login_required
@require_POST
def see_all(request: AuthenticatedRequest) -> HttpResponse:
    """Mark all notices as seen that are no alarms."""
    count = actions.mark_all_seen(actor=request.user)
    sentence = ngettext("%(count)s notice is marked as seen.", "%(count)s notices are marked as seen.", count)
    messages.success(request, sentence % {"count": formats.number(count)})
    return redirect("notices:list")
