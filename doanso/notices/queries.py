"""Reads of notices: the page, and what an inbox counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import Http404

from doanso.accounts.models import User
from doanso.lib.paging import page_rows
from doanso.notices import policy
from doanso.notices.models import Notice
from doanso.notices.ports import NoticeKind, notice_kind, notice_kinds
from doanso.units.queries import named_units_by_id

PAGE_SIZE = 30

type NoticeView = Literal["new", "all", "below"]


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One notice as the page shows it; `unit` is the name of the unit that it belongs to, `mine` whether it is the reader's."""

    notice: Notice
    kind: NoticeKind
    sentence: str
    details: str
    url: str
    unit: str
    mine: bool


def alarm_codes() -> list[str]:
    """Return the codes of the kinds that are alarms."""
    return [kind.code for kind in notice_kinds() if kind.is_alarm]


def unseen_notices(actor: User, *, alarms: bool) -> QuerySet[Notice]:
    """Return the unseen notices to the actor: the alarms, or all others."""
    codes = alarm_codes()
    rows = Notice.objects.filter(policy.addressed_condition(actor), seen_at=None)
    return rows.filter(kind__in=codes) if alarms else rows.exclude(kind__in=codes)


def notice_page(actor: User, view: NoticeView, number: int) -> tuple[list[NoticeRow], bool]:
    """Return a page of notices, unseen ones first and newest first within, and whether more follow.

    Two statements for notices and units, one for each kind with details. `below` shows those of the units below the actor's own.
    """
    if view == "below":
        found = Notice.objects.filter(policy.readable_notices(actor)).exclude(policy.addressed_condition(actor))
    else:
        found = Notice.objects.filter(policy.addressed_condition(actor))
    if view == "new":
        found = found.filter(seen_at=None)
    found = found.filter(kind__in=[kind.code for kind in notice_kinds()])
    order = (F("seen_at").asc(nulls_first=True), "-made_at", "-pk") if view == "new" else ("-made_at", "-pk")
    notices, more = page_rows(found.select_related("seen_by").order_by(*order), number, PAGE_SIZE)
    return _rows(actor, notices, mine=view != "below"), more


def notice_to(actor: User, notice_id: UUID) -> tuple[Notice, bool]:
    """Return a notice that the actor may read, and whether it is addressed to the actor; raise Http404 for any other."""
    notice = Notice.objects.filter(policy.readable_notices(actor), pk=notice_id).first()
    if notice is None or notice.kind not in {kind.code for kind in notice_kinds()}:
        raise Http404
    return notice, Notice.objects.filter(policy.addressed_condition(actor), pk=notice_id).exists()


def _rows(actor: User, notices: Sequence[Notice], *, mine: bool) -> list[NoticeRow]:
    units = named_units_by_id({notice.unit_id for notice in notices if notice.unit_id is not None})
    details: dict[UUID, str] = {}
    for code in dict.fromkeys(notice.kind for notice in notices):
        read = notice_kind(code).details
        if read is not None:
            details.update(read(actor, [notice for notice in notices if notice.kind == code]))
    rows = []
    for notice in notices:
        kind = notice_kind(notice.kind)
        unit = units.get(notice.unit_id) if notice.unit_id is not None else None
        rows.append(
            NoticeRow(
                notice=notice,
                kind=kind,
                sentence=kind.sentence(notice),
                details=details.get(notice.pk, ""),
                url=kind.url(notice),
                unit=unit.short_name if unit is not None else "",
                mine=mine,
            )
        )
    return rows
