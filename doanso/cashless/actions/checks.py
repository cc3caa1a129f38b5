"""Checks of shops: from phones in batches, from the desk one by one; each is compared with the codes on file that day.

What a check reports is decided here anew: a phone compares with its pack, which may be days old.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.cashless import code_keys, policy
from doanso.cashless.actions.alarms import AlarmInput, raise_alarms
from doanso.cashless.actions.changes import stop_change
from doanso.cashless.actions.locking import lock_shops
from doanso.cashless.code_keys import AccountRow
from doanso.cashless.models import (
    AlarmCause,
    ChangeState,
    CheckOrigin,
    CodeAlarm,
    CodeChange,
    ScanResult,
    Shop,
    ShopCheck,
    ShopCode,
)
from doanso.cashless.queries.merges import same_shops
from doanso.cashless.rules import codes as code_rules
from doanso.cashless.rules import ladder
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.vietqr import VietQR, last_four
from doanso.outreach.models import Teammate

LATER_VERSION = "Bản sau của cùng lần ghi"
"""Why an earlier version of a phone's record is taken back."""


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A displayed code that was read: bank, last four digits, and what the account is compared by.

    `value` is a keyed hash of the account, and `hash_of` computes the same of a stored one. `other_networks`: the code names
    accounts of further networks too, which some apps pay instead.
    """

    bank_bin: str
    last_four: str
    value: str
    hash_of: Callable[[AccountRow], str]
    fingerprint: str = ""
    other_networks: bool = False


@dataclass(frozen=True, slots=True)
class CheckInput:
    """What somebody saw at a shop.

    `phone_scan` is what the phone showed; `seen` what was read, None where no code was read. `owner_says_changed` is the owner's
    answer about a change of the account, None where nobody asked.
    """

    happened_on: date
    state: str
    used_recently: bool | None = None
    reason: str = ""
    seen: SeenCode | None = None
    phone_scan: str = ""
    owner_says_changed: bool | None = None


NAME_SEPARATOR = " và "


@dataclass(frozen=True, slots=True)
class CheckPair:
    """Who was there, as it was: teammates where they are known, and names."""

    first_name: str
    first: Teammate | None = None
    second: Teammate | None = None
    second_name: str = ""

    @property
    def words(self) -> str:
        """The names, joined for an alarm."""
        return NAME_SEPARATOR.join(name for name in (self.first_name, self.second_name) if name)


@dataclass(slots=True)
class ShopVisit:
    """One check to be written; `write_checks` sets what it finds: `scan` to `alarm`."""

    shop_id: UUID
    inputs: CheckInput
    pair: CheckPair
    made_by: User
    seen_at: datetime
    origin: CheckOrigin
    record_id: UUID | None = None
    device_id: UUID | None = None
    replaces: bool = False
    scan: ScanResult = ScanResult.NOT_READ
    change: CodeChange | None = None
    objects: bool = False
    alarm: CodeAlarm | None = None


def check_shop(*, actor: User, shop: Shop, inputs: CheckInput, code: VietQR | None = None) -> ShopCheck:
    """Record what was seen at a shop, at the desk; `code` is the displayed one, where it was read."""
    policy.CHECK.require(actor, shop)
    refuse(ladder.day_problem(inputs.happened_on, clock.today()))
    refuse(ladder.reason_problem(inputs.state, inputs.reason))
    if code is not None:
        inputs = _with_seen(inputs, code)
    visit = ShopVisit(shop.pk, inputs, CheckPair(actor.display_name), actor, clock.now(), CheckOrigin.DESK)
    with transaction.atomic():
        [check] = write_checks([visit])
    return check


def _with_seen(inputs: CheckInput, code: VietQR) -> CheckInput:
    seen = SeenCode(
        code.bank_bin,
        last_four(code.account),
        code_keys.account_lookup(code),
        lambda row: row.account_lookup,
        other_networks=bool(code.other_networks),
    )
    return replace(inputs, seen=seen)


def write_checks(visits: Sequence[ShopVisit]) -> list[ShopCheck]:
    """Write these checks in the caller's transaction, after its policy: compare codes, raise alarms, set the shops' status.

    As many statements for one as for a hundred, apart from alarms and stopped changes.
    """
    replaced = [visit.record_id for visit in visits if visit.replaces and visit.record_id is not None]
    wanted = {visit.shop_id for visit in visits} | _earlier_shops(replaced)
    # A code that was registered before the merge of two shops may hang at the one that remained.
    groups = same_shops(Shop.objects.filter(pk__in=wanted).only("pk", "business_id"))
    shops = lock_shops(wanted.union(*groups.values()))
    codes, changes = _codes_of(shops), _changes_of(shops)
    _take_back_earlier(replaced)
    for visit in visits:
        same = groups[visit.shop_id]
        _compare(
            visit,
            [code for key in same for code in codes[key]],
            sorted((change for key in same for change in changes[key]), key=_asked_at, reverse=True),
        )
    alarming = [visit for visit in visits if visit.scan == ScanResult.DIFFERENT]
    alarms = raise_alarms([_sighting(visit, shops[visit.shop_id]) for visit in alarming])
    for visit, alarm in zip(alarming, alarms, strict=True):
        visit.alarm = alarm
    now, today = clock.now(), clock.today()
    checks = [_row(visit, shops[visit.shop_id], now, today) for visit in visits]
    database.insert_objects(checks)
    record_many(AuditEventInput(check.made_by, "cashless.check", check, check.unit_id) for check in checks)
    set_shop_statuses(shops.values())
    for visit in visits:
        # Two checks of one batch may report the same objection.
        if visit.objects and visit.change is not None and visit.change.state != ChangeState.STOPPED:
            stop_change(
                change=visit.change,
                shop=shops[visit.change.shop_id],
                by=visit.made_by,
                words=visit.pair.words,
                seen_at=visit.seen_at,
                seen_on=visit.inputs.happened_on,
            )
    return checks


def _codes_of(shops: Mapping[UUID, Shop]) -> dict[UUID, list[ShopCode]]:
    codes: dict[UUID, list[ShopCode]] = defaultdict(list)
    for code in ShopCode.objects.filter(shop__in=list(shops), erased_at=None):
        codes[code.shop_id].append(code)
    return codes


def _changes_of(shops: Mapping[UUID, Shop]) -> dict[UUID, list[CodeChange]]:
    changes: dict[UUID, list[CodeChange]] = defaultdict(list)
    asked = CodeChange.objects.filter(
        shop__in=list(shops),
        state__in=[ChangeState.REQUESTED, ChangeState.APPROVED, ChangeState.STOPPED],
        erased_at=None,
    )
    for change in asked.select_related("code"):
        changes[change.shop_id].append(change)
    return changes


def _asked_at(change: CodeChange) -> tuple[datetime, UUID]:
    return change.requested_at, change.pk


def _compare(visit: ShopVisit, codes: Sequence[ShopCode], changes: Sequence[CodeChange]) -> None:
    """Set what the displayed code is, and the announced change that the check belongs to.

    What was announced is asked of the day of the check: a phone may bring it when the change is in force already.
    """
    on, seen = visit.inputs.happened_on, visit.inputs.seen
    announced = [change for change in changes if _was_announced(change, on)]
    if visit.inputs.owner_says_changed is not None:
        visit.change = _answered_change(visit, changes)
        visit.objects = visit.change is not None and not visit.inputs.owner_says_changed
    if seen is None:
        unread = {ScanResult.UNREADABLE: ScanResult.UNREADABLE, "": ScanResult.NOT_READ}
        visit.scan = unread.get(visit.inputs.phone_scan, ScanResult.UNREADABLE)
        return
    objected = [change for change in changes if change.state == ChangeState.STOPPED]
    stopped = {change.code_id for change in objected}
    valid = [
        code for code in codes if code.pk not in stopped and (code.until_at is None or code.until_at > code.since_at)
    ]
    # On the day of a change both codes may hang there.
    in_force = [code for code in valid if code.since <= on and (code.until is None or on <= code.until)]
    former = [code for code in valid if code not in in_force and code.since <= on]
    visit.scan = code_rules.scan_result(
        seen.value,
        in_force=[seen.hash_of(code) for code in in_force],
        announced=[seen.hash_of(change) for change in announced],
        former=[seen.hash_of(code) for code in former],
        objected=[seen.hash_of(change) for change in objected],
    )
    if visit.scan == ScanResult.ANNOUNCED:
        visit.change = next(change for change in announced if seen.hash_of(change) == seen.value)


def _was_announced(change: CodeChange, on: date) -> bool:
    """Return whether a change was announced on a day, and its code not in force yet."""
    if change.state == ChangeState.STOPPED or on < change.requested_on:
        return False
    return change.code is None or on < change.code.since


def _answered_change(visit: ShopVisit, changes: Sequence[CodeChange]) -> CodeChange | None:
    """Return the newest change that the owner can still stop and was asked about: one that was announced on the day of the check,
    until its first day, or one whose account hangs there.
    """
    on, seen, now = visit.inputs.happened_on, visit.inputs.seen, clock.now()
    for change in changes:
        if on < change.requested_on or not code_rules.can_object(change.state, change.effective_at, now):
            continue
        hangs = seen is not None and seen.hash_of(change) == seen.value
        if hangs or change.code is None or on <= change.code.since:
            return change
    return None


def _sighting(visit: ShopVisit, shop: Shop) -> AlarmInput:
    seen = visit.inputs.seen
    return AlarmInput(
        shop=shop,
        cause=AlarmCause.DIFFERENT,
        seen_at=visit.seen_at,
        seen_on=visit.inputs.happened_on,
        seen_by=visit.made_by,
        seen_by_words=visit.pair.words,
        bank_bin=seen.bank_bin if seen else "",
        last_four=seen.last_four if seen else "",
    )


def _row(visit: ShopVisit, shop: Shop, now: datetime, today: date) -> ShopCheck:
    inputs, pair, seen = visit.inputs, visit.pair, visit.inputs.seen
    state, used_recently = ladder.reconcile_state(inputs.state, inputs.used_recently)
    teammate = pair.first or pair.second
    return ShopCheck(
        record_id=visit.record_id,
        shop=shop,
        unit_id=shop.unit_id,
        happened_on=inputs.happened_on,
        seen_at=visit.seen_at,
        origin=visit.origin.value,
        state=state,
        used_recently=used_recently,
        reason=inputs.reason.strip(),
        scan=visit.scan.value,
        phone_scan=inputs.phone_scan,
        bank_bin=seen.bank_bin if seen else "",
        last_four=seen.last_four if seen else "",
        fingerprint=seen.fingerprint if seen else "",
        other_networks=seen is not None and seen.other_networks,
        owner_says_changed=inputs.owner_says_changed,
        alarm=visit.alarm,
        change=visit.change,
        team_id=teammate.team_id if teammate is not None else None,
        first=pair.first,
        first_name=pair.first_name,
        second=pair.second,
        second_name=pair.second_name,
        made_by=visit.made_by,
        made_at=now,
        arrived_on=today,
        device_id=visit.device_id,
    )


def _earlier_shops(record_ids: Collection[UUID]) -> set[UUID]:
    """Return the shops of the earlier versions of these records: a later one may name another shop."""
    if not record_ids:
        return set()
    earlier = ShopCheck.objects.filter(record_id__in=record_ids, taken_back_at=None)
    return set(earlier.values_list("shop_id", flat=True))


def _take_back_earlier(record_ids: Collection[UUID]) -> None:
    if record_ids:
        ShopCheck.objects.filter(record_id__in=record_ids, taken_back_at=None).update(
            taken_back_at=clock.now(), taken_back_reason=LATER_VERSION
        )


def set_shop_statuses(shops: Iterable[Shop]) -> None:
    """Set the status of these locked shops from their checks; two statements."""
    facts: dict[UUID, list[ladder.CheckFacts]] = defaultdict(list)
    by_id = {shop.pk: shop for shop in shops}
    rows = ShopCheck.objects.filter(shop__in=list(by_id), taken_back_at=None)
    rows = rows.order_by("-happened_on", "-seen_at", "-pk")
    columns = rows.values_list("shop_id", "happened_on", "state", "used_recently", "scan")
    for shop_id, happened_on, state, used_recently, scan in columns:
        facts[shop_id].append(ladder.CheckFacts(happened_on, state, used_recently, scan))
    changed = []
    for shop in by_id.values():
        status = ladder.status_of(facts[shop.pk])
        if status != (shop.state, shop.used_recently, shop.checked_on, shop.code_checked_on):
            shop.state, shop.used_recently, shop.checked_on, shop.code_checked_on = status
            changed.append((shop.pk, *status))
    database.update_rows(Shop, ("state", "used_recently", "checked_on", "code_checked_on"), changed)


@transaction.atomic
def take_back_check(*, actor: User, check: ShopCheck, reason: str) -> ShopCheck:
    """Take a check back with a reason; the other checks then say how the shop stands. Its alarm stays open until settled."""
    may = policy.MANAGE.allows(actor, check) or (check.made_by_id == actor.pk and policy.CHECK.allows(actor, check))
    if not may:
        policy.MANAGE.require(actor, check)
    if not reason.strip():
        raise Refused(Problem("reason_missing", _("Write why this check is wrong."), "reason"))
    refuse(ladder.words_problem(reason, "reason"))
    shops = lock_shops([check.shop_id])
    fresh = ShopCheck.objects.get(pk=check.pk)
    if fresh.taken_back_at is not None:
        raise Refused(Problem("check_taken_back", _("This check was taken back already.")))
    fresh.taken_back_at, fresh.taken_back_by = clock.now(), actor
    fresh.taken_back_reason = reason.strip()[: ladder.LONGEST_REASON]
    fresh.save(update_fields=["taken_back_at", "taken_back_by", "taken_back_reason"])
    record(actor=actor, action="cashless.take_back", obj=fresh, unit=fresh.unit_id)
    set_shop_statuses(shops.values())
    return fresh
