"""The stall list of a market board as a kind of list."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.imports.models import RowVerdict
from doanso.imports.ports import FieldDifference, Finding, ListLine, RawRow
from doanso.lib import phone, vietnamese
from doanso.lib.problems import Refused
from doanso.people.actions import preview_businesses
from doanso.people.household_list.cells import check_words, refuse_row, text
from doanso.places.actions.addresses import RegisterChange
from doanso.places.actions.stalls import StallInput, TraderInput, put_stalls, shop_input
from doanso.places.models import Place, Stall, Tenancy
from doanso.places.place_lists.base import PlaceList, PlaceListSession, RowComparison
from doanso.places.place_lists.columns import DROPPED, STALL_COLUMNS
from doanso.places.place_lists.reading import read_reason
from doanso.places.queries.register_units import register_unit
from doanso.places.rules import registers as rules
from doanso.units.models import Unit


class StallsSession(PlaceListSession):
    """One run over a board's list."""

    cells = ("number", "trader", "sign", "goods", "phone", "reason")

    def __init__(self, actor: User, unit: Unit, codes: Sequence[str], subject: str = "") -> None:
        super().__init__(actor, unit, codes, subject)
        self._seen: dict[tuple[str, str], int] = {}

    def read(self, row: RawRow) -> ListLine:
        """See `imports.ports.ListSession`."""
        number, trader, sign = (text(row.cells.get(code)) for code in ("number", "trader", "sign"))
        trader, goods = vietnamese.tidy_name(trader), text(row.cells.get("goods"))
        line = ListLine(" · ".join(filter(None, (number, sign or trader))), {})
        place = self._places.find(
            row,
            line,
            missing=_("Write in the column “Chợ” which market this stall belongs to."),
            unknown=_("The unit has no market called “%(name)s”; set it up first, or write its name as on its page."),
        )
        if not rules.number_key(number):
            refuse_row(line, "number", "stall_number", _("Write the stall's number, for example A12."))
        check_words(
            line,
            (
                ("number", number, rules.LONGEST_NUMBER),
                ("trader", trader, rules.LONGEST_TRADER),
                ("sign", sign, rules.LONGEST_LABEL),
                ("goods", goods, rules.LONGEST_GOODS),
            ),
            rules.word_problem,
        )
        if place is None:
            return line
        line.values = {
            "place": str(place.pk),
            "number": number,
            "trader": trader,
            "sign": sign,
            "goods": goods,
            "phone": _phone(row, line),
            "segment": self._places.segment(place, row, line),
            "reason": read_reason(row, line),
        }
        if not line.problems:
            key = (str(place.pk), rules.number_key(number))
            earlier = self._seen.setdefault(key, row.number)
            if earlier != row.number:
                message = _("Row %(row)d has this stall already; two stalls can't have one number.")
                refuse_row(line, "number", "double_row", message % {"row": earlier})
        return line

    def _compare_rows(self, place: Place, lines: Sequence[ListLine]) -> list[RowComparison]:
        return _compared(place, [line.values for line in lines])

    def _write(self, place: Place, rows: Sequence[Mapping[str, Any]], change: RegisterChange) -> None:
        put_stalls(actor=self._actor, place=place, inputs=[_inputs(values) for values in rows], change=change)


class StallsList(PlaceList):
    """`places.stalls`: one row per stall, with its trader; an empty stall has none."""

    name = "places.stalls"
    title = gettext_lazy("Stall list of a market")
    columns = STALL_COLUMNS
    dropped = DROPPED
    required: tuple[str | tuple[str, ...], ...] = ("number",)
    session = StallsSession
    of_markets = True
    url_name = "places:stalls"


def _phone(row: RawRow, line: ListLine) -> str:
    cell = row.cells.get("phone")
    if not text(cell):
        return ""
    try:
        number = phone.normalise(cell if isinstance(cell, str | int | float) else text(cell))
    except Refused as refused:
        # A stall is imported without a number that nobody can call.
        line.warnings.append(Finding("phone", refused.problem.code, refused.problem.message))
        return ""
    return number.value


def _inputs(values: Mapping[str, Any]) -> StallInput:
    trader = TraderInput(values["trader"], values["sign"], values["phone"])
    return StallInput(
        values["number"],
        UUID(values["segment"]) if values["segment"] else None,
        values["goods"],
        # A list that leaves the trader out does not say that nobody trades there.
        trader if trader.shop_name else None,
    )


def _compared(place: Place, rows: Sequence[Mapping[str, Any]]) -> list[RowComparison]:
    """Return verdict and differences of each row; a fixed number of statements."""
    inputs = [_inputs(values) for values in rows]
    keys = [entry.key for entry in inputs]
    stalls = {
        stall.number_key: stall
        for stall in Stall.objects.filter(place=place, until=None, number_key__in=keys).select_related("segment")
    }
    tenancies = {
        tenancy.stall_id: tenancy
        for tenancy in Tenancy.objects.filter(
            stall__in=[stall.pk for stall in stalls.values()], until=None
        ).select_related("business")
    }
    shops = {
        key: shop for key, entry in zip(keys, inputs, strict=True) if (shop := shop_input(place, entry)) is not None
    }
    matches = preview_businesses(unit_id=register_unit(place).pk, inputs=list(shops.values()))
    known = {key: match.business_id for key, match in zip(shops, matches, strict=True)}
    compared: list[RowComparison] = []
    for entry, key in zip(inputs, keys, strict=True):
        stall = stalls.get(key)
        if stall is None:
            compared.append((RowVerdict.NEW, []))
            continue
        differences = _differences(stall, tenancies.get(stall.pk), entry, known.get(key))
        compared.append((RowVerdict.CHANGED if differences else RowVerdict.UNCHANGED, differences))
    return compared


def _differences(
    stall: Stall, tenancy: Tenancy | None, entry: StallInput, business_id: UUID | None
) -> list[FieldDifference]:
    differences = []
    if entry.goods and entry.goods != stall.goods:
        differences.append(FieldDifference("goods", stall.goods, entry.goods))
    if entry.segment_id not in {None, stall.segment_id}:
        differences.append(FieldDifference("segment", stall.segment.name if stall.segment else "", ""))
    if entry.trader is None:
        return differences
    if tenancy is None or tenancy.business_id != business_id:
        before = (tenancy.trader or tenancy.business.name) if tenancy is not None else ""
        differences.append(FieldDifference("trader", before, entry.trader.trader or entry.trader.sign))
    elif entry.trader.trader and entry.trader.trader != tenancy.trader:
        differences.append(FieldDifference("trader", tenancy.trader, entry.trader.trader))
    return differences
