"""Partners, shops and notices as the arguments of their routes; see `objects`."""

from collections.abc import Callable
from typing import Any

from doanso.cashless.models import AlarmPhoto, CodeAlarm, CodeChange, Shop, ShopCheck
from doanso.notices.models import Notice
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking


def movement_sources(rows: Callable[..., Any]) -> dict[str | tuple[str, ...], Any]:
    """Return the sources of these routes; `rows` makes one of a model or a query."""
    return {
        ("partner_id",): rows(Partner, ("kind",), partner_id="pk"),
        ("contact_id", "partner_id"): rows(
            PartnerContact, owner="partner__unit_id", partner_id="partner_id", contact_id="pk"
        ),
        ("agreement_id", "partner_id"): rows(Agreement, ("ended_on",), partner_id="partner_id", agreement_id="pk"),
        "partners:agreement-file": rows(
            Agreement.objects.exclude(file=None), partner_id="partner_id", agreement_id="pk"
        ),
        "partners:erase-agreement-file": rows(
            Agreement.objects.exclude(file=None), partner_id="partner_id", agreement_id="pk"
        ),
        ("partner_id", "undertaking_id"): rows(
            Undertaking, ("state", "kind"), partner_id="partner_id", undertaking_id="pk"
        ),
        ("business_id",): rows(Shop, ("state", "used_recently", "code_checked_on"), business_id="business_id"),
        ("code_change_id",): rows(CodeChange, ("state",), code_change_id="pk"),
        ("alarm_id",): rows(CodeAlarm, ("state", "cause", "outcome"), alarm_id="pk"),
        ("alarm_photo_id",): rows(AlarmPhoto, owner="alarm__unit_id", alarm_photo_id="pk"),
        ("check_id",): rows(ShopCheck, ("state", "scan", "origin", "taken_back_at"), check_id="pk"),
        ("notice_id",): rows(Notice, ("kind",), notice_id="pk"),
    }
