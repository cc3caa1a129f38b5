"""Steps that the demo's places share: taken as their people are, on what the place is then."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from doanso.accounts.models import User
from doanso.cashless import actions as cashless
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.models import Shop
from doanso.lib.vietqr import VietQR
from doanso.places import queries
from doanso.places.actions.checks import CriterionCheckInput, record_check
from doanso.places.actions.points import PlateCheckInput, PointInput, add_point, check_plate, mark_printed
from doanso.places.models import Place, PointKind, PublicPoint

BANKS = ("970436", "970415", "970422", "970407")


class DemoPlace:
    """A place of the demo with the ward's secretary, who keeps it."""

    def __init__(self, slug: str, secretary: User) -> None:
        self.slug, self.secretary = slug, secretary

    def get(self) -> Place:
        """Return the place as it is now."""
        return queries.all_places().get(slug=self.slug)

    def step(self, action: Callable[..., Any], actor: User | None = None, **options: Any) -> Any:
        """Take a step of the life cycle."""
        place = self.get()
        return action(actor=actor or self.secretary, place=place, read=queries.state_token(place), **options)

    def check(self, number: int, on: date, numerator: int, denominator: int | None = None, note: str = "") -> None:
        """Enter a dated check of a criterion."""
        place = self.get()
        criterion = place.criteria_set.criteria.get(number=number)
        inputs = CriterionCheckInput(on, numerator, denominator, note)
        record_check(actor=self.secretary, place=place, criterion=criterion, inputs=inputs)

    def add_points(self, points: Iterable[PointInput]) -> None:
        """Write the public points down and print their plates."""
        place = self.get()
        for inputs in points:
            add_point(actor=self.secretary, place=place, inputs=inputs)
        ids = list(PublicPoint.objects.filter(place=place).values_list("pk", flat=True))
        mark_printed(actor=self.secretary, place=place, point_ids=ids)

    def check_plates(self, on: date, *, broken: Sequence[int] = (), missing: Sequence[int] = ()) -> None:
        """Check all plates on a day; `broken` and `missing` are numbers of boards and points whose plate fails or is not up."""
        for point in PublicPoint.objects.filter(place=self.get(), removed_on=None).order_by("pk"):
            is_board = point.kind == PointKind.BOARD
            if point.number in (broken if is_board else missing):
                if is_board:
                    worn = PlateCheckInput(on, works=False, problem="damaged", note="Mã bị nắng làm phai")
                    check_plate(actor=self.secretary, point=point, inputs=worn)
                continue
            check_plate(actor=self.secretary, point=point, inputs=PlateCheckInput(on, works=True, is_put_up=True))


def codes_of(shops: Sequence[Shop], begin: int) -> dict[UUID, VietQR]:
    """Return an invented account for each shop, the same at every call."""
    return {
        shop.pk: VietQR(bank_bin=BANKS[number % len(BANKS)], account=f"{begin + 7919 * number:010d}")
        for number, shop in enumerate(shops)
    }


def register_codes(secretary: User, shops: Sequence[Shop], begin: int) -> None:
    """Register the invented accounts, each with the owner's consent."""
    codes = codes_of(shops, begin)
    for shop in shops:
        cashless.register_code(actor=secretary, shop=shop, inputs=CodeInput(codes[shop.pk], consented=True))


def see_shops(
    secretary: User,
    shops: Sequence[Shop],
    on: date,
    *,
    used: int,
    displayed: int,
    codes: Mapping[UUID, VietQR] | None = None,
) -> None:
    """Record a visit of each shop: the first were paid by transfer lately, more display a code, it was offered to the rest."""
    for number, shop in enumerate(shops):
        if number < used:
            inputs = CheckInput(on, "displayed", used_recently=True)
        elif number < displayed:
            inputs = CheckInput(on, "displayed", used_recently=False)
        else:
            inputs = CheckInput(on, "offered")
        code = (codes or {}).get(shop.pk) if number < displayed else None
        cashless.check_shop(actor=secretary, shop=shop, inputs=inputs, code=code)
