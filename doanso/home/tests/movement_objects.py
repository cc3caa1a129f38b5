"""Partners, shops, streets, markets and notices as the arguments of their routes; see `objects`."""

from collections.abc import Callable
from typing import Any

from doanso.cashless.models import CodeAlarm, CodeChange, Shop, ShopCheck
from doanso.notices.models import Notice
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking
from doanso.places.kinds import kinds
from doanso.places.models import (
    Address,
    CheckFile,
    CriteriaSet,
    Criterion,
    CriterionCheck,
    Place,
    PlaceGap,
    PlacePartner,
    Stall,
)


def movement_sources(rows: Callable[..., Any], values: Callable[..., Any]) -> dict[str | tuple[str, ...], Any]:
    """Return the sources of these routes; `rows` makes one of a model or a query, `values` one of plain values."""
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
        ("check_id",): rows(ShopCheck, ("state", "scan", "origin", "taken_back_at"), check_id="pk"),
        ("notice_id",): rows(Notice, ("kind",), notice_id="pk"),
        ("address_id", "place_id"): rows(
            Address, ("kind", "until"), owner="place__unit_id", address_id="pk", place_id="place_id"
        ),
        ("place_id", "stall_id"): rows(Stall, ("until",), owner="place__unit_id", place_id="place_id", stall_id="pk"),
        **{
            f"places:{name}": rows(
                Place.objects.filter(kind__in=[kind.code for kind in kinds() if kind.is_market == is_market]),
                ("state",),
                place_id="pk",
            )
            for is_market, names in (
                (False, ("addresses", "add-addresses", "new-address", "change-addresses")),
                (True, ("stalls", "new-stall")),
            )
            for name in names
        },
        "places:new-check": rows(
            Place.objects.filter(criteria_set__criteria__formula__startswith="check."),
            ("kind",),
            place_id="pk",
            criterion_id="criteria_set__criteria",
        ),
        ("check_id", "place_id"): rows(
            CriterionCheck.objects.filter(corrected_by=None), owner="place__unit_id", check_id="pk", place_id="place_id"
        ),
        "places:check-file": rows(
            CheckFile, owner="check_of__place__unit_id", file_id="pk", place_id="check_of__place_id"
        ),
        "places:erase-check-file": rows(
            CheckFile, owner="check_of__place__unit_id", file_id="pk", place_id="check_of__place_id"
        ),
        "places:begin-criteria": values("kind", lambda: [kind.code for kind in kinds()]),
        ("place_id",): rows(Place, ("kind", "state"), place_id="pk"),
        ("set_id",): rows(CriteriaSet, ("kind", "published_at"), owner="owner_id", set_id="pk"),
        ("criterion_id", "set_id"): rows(
            Criterion,
            ("threshold_kind",),
            owner="criteria_set__owner_id",
            criterion_id="pk",
            set_id="criteria_set_id",
        ),
        ("criterion_id", "place_id"): rows(
            PlaceGap, ("criterion__number",), owner="place__unit_id", criterion_id="criterion_id", place_id="place_id"
        ),
        ("part_id", "place_id"): rows(
            PlacePartner, ("is_board",), owner="place__unit_id", part_id="pk", place_id="place_id"
        ),
        ("place_id", "set_id"): rows(Place, ("kind",), place_id="pk", set_id="criteria_set_id"),
    }
