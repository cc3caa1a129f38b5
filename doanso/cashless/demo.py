"""The demo's shops: two wards that follow some of their shops, with monthly checks, codes, and the alarms of one autumn.

In the printed ward a swapped sticker was found and settled in October; another one is open, a change waits for its second
officer, and one is approved and waits for its day.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from random import Random
from uuid import UUID

from doanso.accounts.models import User
from doanso.cashless import actions, code_keys
from doanso.cashless.actions import CodeInput, FollowInput
from doanso.cashless.actions.phone_checks import CheckPayload, ScanPayload, record_checks
from doanso.cashless.models import AlarmOutcome, CodeAlarm, Shop
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietqr import VietQR, fingerprint, last_four
from doanso.outreach.models import Teammate
from doanso.people.models import Business
from doanso.support.models import SupportRecord
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit, UnitKind

SEED = 2026
FOLLOWED = date(2023, 4, 6)
ROUNDS = (
    date(2023, 4, 8),
    date(2023, 6, 10),
    date(2023, 8, 12),
    date(2023, 9, 23),
    date(2023, 10, 21),
    date(2023, 11, 8),
)
REGISTERED = date(2023, 6, 11)
SWAPPED, SETTLED = date(2023, 10, 22), date(2023, 10, 23)
ASKED, APPROVED, ASKED_AGAIN, SWAPPED_AGAIN = (
    date(2023, 11, 10),
    date(2023, 11, 11),
    date(2023, 11, 11),
    date(2023, 11, 12),
)
MOST = 14
_BANKS = ("970436", "970415", "970405", "970418", "970422", "970407")
_FOREIGN = VietQR("970423", "02871940355")
# How far each shop comes, by its place: the states of the rounds, from the first on.
_WAYS = (
    ("offered", "displayed", "displayed", "displayed", "displayed", "displayed"),
    ("none", "offered", "displayed", "displayed", "displayed", "displayed"),
    ("offered", "offered", "offered", "displayed", "displayed", "displayed"),
    ("displayed", "displayed", "stopped", "stopped", "stopped", "stopped"),
    ("none", "none", "offered", "offered", "offered", "displayed"),
    ("none", "none", "none", "none", "offered", "offered"),
    ("offered", "displayed", "displayed", "displayed", "displayed", ""),
)
_WHY_STOPPED = "Ngại hóa đơn điện tử, sợ bị truy thu thuế"


def year(
    wards: Sequence[tuple[Unit, User]], last: date, *, officer: User, printed: str = "", helper: User | None = None
) -> list[DatedAction]:
    """Return the dated actions of the printed ward and of another one, up to a day; `helper` checks in the printed one."""
    grassroots = [ward for ward in wards if ward[0].kind == UnitKind.GRASSROOTS]
    chosen = [ward for ward in grassroots if ward[0].code == printed] or grassroots[:1]
    chosen += [ward for ward in grassroots if ward not in chosen][:1]
    schedule: list[DatedAction] = []
    for unit, secretary in chosen:
        own = unit.code == printed
        story = _ShopStory(unit, secretary, officer, helper if own and helper is not None else secretary)
        schedule.append((FOLLOWED, story.follow))
        schedule += [(day, partial(story.check, number)) for number, day in enumerate(ROUNDS)]
        schedule.append((REGISTERED, story.register))
        if own:
            schedule += [
                (SWAPPED, partial(story.see_foreign, 0)),
                (SETTLED, story.settle),
                (ASKED, partial(story.ask, 1, "Chủ mở tài khoản ở ngân hàng gần nhà")),
                (APPROVED, story.approve),
                (ASKED_AGAIN, partial(story.ask, 2, "Chuyển sang tài khoản của hộ kinh doanh")),
                (SWAPPED_AGAIN, partial(story.see_foreign, 7)),
            ]
    return [entry for entry in schedule if entry[0] <= last]


@dataclass(slots=True)
class _ShopStory:
    """One ward's shops."""

    unit: Unit
    secretary: User
    officer: User
    walker: User
    shops: list[Shop] = field(default_factory=list)
    codes: dict[UUID, VietQR] = field(default_factory=dict)
    device: UUID = field(default_factory=uuid7)

    def follow(self) -> None:
        """Follow shops of the register; one that was helped stands second, so that its receipt shows its change."""
        own = Business.objects.filter(unit=self.unit, gone_at=None, erased_at=None, merged_into=None)
        helped = SupportRecord.objects.filter(unit=self.unit, business__in=own, receipt__isnull=False)
        first = list(own.filter(pk__in=helped.values("business")).order_by("pk")[:1])
        others = own.exclude(pk__in=[shop.pk for shop in first]).exclude(walk_key="")
        businesses = list(others.order_by("walk_key", "pk")[: MOST - len(first)])
        businesses[1:1] = first
        inputs = [FollowInput(business.pk) for business in businesses]
        followed = actions.follow_shops(actor=self.secretary, unit=self.unit, businesses=inputs)
        self.shops = [followed[business.pk] for business in businesses]

    def register(self) -> None:
        """Register the codes of shops that display one; their owners agree."""
        pick = Random(f"{SEED} {self.unit.code}")
        for place, shop in enumerate(self.shops):
            if place % len(_WAYS) in (0, 1, 2, 6):
                code = VietQR(_BANKS[place % len(_BANKS)], f"{pick.randrange(10**9, 10**10)}")
                actions.register_code(actor=self.secretary, shop=shop, inputs=CodeInput(code, consented=True))
                self.codes[shop.pk] = code

    def check(self, number: int) -> None:
        """Walk past the shops with the phone."""
        records = []
        for place, shop in enumerate(self.shops):
            state = _WAYS[place % len(_WAYS)][number]
            if state:
                records.append(self._record(shop, state, place, number))
        record_checks(actor=self.walker, unit=self.unit, records=records)

    def _record(self, shop: Shop, state: str, place: int, number: int, scanned: VietQR | None = None) -> IncomingRecord:
        today = clock.today()
        seen_at = datetime.combine(today, time(8, 10), clock.VIETNAM) + timedelta(minutes=7 * place)
        code = scanned or (self.codes.get(shop.pk) if state == "displayed" else None)
        second = Teammate.objects.filter(unit=self.unit, kind="official").order_by("pk").first()
        payload = CheckPayload(
            business_id=shop.business_id,
            happened_on=today,
            seen_at=seen_at,
            state=state,
            # Customers come to use a code some weeks after it hangs there.
            used_recently=(place + number) % 3 > 0 and number > 1 if state == "displayed" else None,
            reason=_WHY_STOPPED if state == "stopped" else "",
            scan=self._scan(shop, code) if code is not None else None,
            team_id=None,
            first_id=None,
            second_id=second.pk if second is not None else None,
            second_name="",
            owner_says_changed=None,
        )
        return IncomingRecord(uuid7(), "", "", payload, seen_at, clock.now(), 0, self.device)

    def _scan(self, shop: Shop, code: VietQR) -> ScanPayload:
        key = bytes.fromhex(code_keys.codes_key(self.device))
        registered = self.codes.get(shop.pk)
        result = "not-registered" if registered is None else "same" if code == registered else "different"
        return ScanPayload(result, fingerprint(key, code), code.bank_bin, last_four(code.account))

    def see_foreign(self, place: int) -> None:
        """Find a foreign sticker over a shop's code."""
        place = min(place, len(self.shops) - 1)
        record = self._record(self.shops[place], "displayed", place, 4, _FOREIGN)
        record_checks(actor=self.walker, unit=self.unit, records=[record])

    def settle(self) -> None:
        """Settle the first alarm."""
        alarm = CodeAlarm.objects.filter(unit=self.unit).earliest("raised_at")
        words = "Đã cùng chủ gỡ mã lạ, dán lại mã đúng, nộp mã lạ cho công an phường. Bốn cửa hàng bên cạnh đã quét, đều đúng."
        actions.resolve_alarm(actor=self.secretary, alarm=alarm, outcome=AlarmOutcome.REMOVED, words=words)

    def ask(self, place: int, why: str) -> None:
        """Ask for another account of a shop."""
        place = min(place, len(self.shops) - 1)
        code = VietQR(_BANKS[(place + 3) % len(_BANKS)], f"{10**9 + 7_340_911 * (place + 1)}")
        inputs = CodeInput(code, consented=True)
        actions.request_change(actor=self.secretary, shop=self.shops[place], inputs=inputs, why=why)

    def approve(self) -> None:
        """Approve the first change as the city's officer."""
        change = self.shops[1].changes.get()
        actions.approve_change(actor=self.officer, change=change)
