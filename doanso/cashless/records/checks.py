"""Records of checks from phones; see docs/sync.md."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.cashless import code_keys, policy
from doanso.cashless.actions.phone_checks import CheckPayload, ScanPayload, record_checks
from doanso.cashless.models import ScanResult, ShopCheck, ShopState
from doanso.cashless.rules import ladder
from doanso.lib import formats
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.schema.json_objects import JsonObject
from doanso.lib.vietqr.fingerprints import FINGERPRINT_DIGITS
from doanso.sync.ports import IncomingRecord
from doanso.units.models import Unit

_STATES = frozenset(ShopState.values)
_UNREADABLE = ScanResult.UNREADABLE.value
_RESULTS = frozenset({ScanResult.SAME.value, ScanResult.DIFFERENT.value, _UNREADABLE, ScanResult.NOT_REGISTERED.value})
_COMPARED = frozenset({ScanResult.SAME.value, ScanResult.DIFFERENT.value})
_HEX = frozenset("0123456789abcdef")
_BANK_DIGITS = 6
_LAST_FOUR = 4


class CheckKind:
    """`cashless.check`."""

    code = "cashless.check"
    title = gettext_lazy("Check of a shop")
    versions = frozenset({1})
    # After doors and visits, which may have found the shop.
    order = 25

    def read(self, body: Mapping[str, Any], version: int) -> CheckPayload:
        """Return the check, read for everything that needs no register."""
        fields = JsonObject(body)
        pair = fields.object("pair")
        first, second = pair.object("first"), pair.object_or_none("second")
        second_id = second.uuid_or_none("teammate") if second is not None else None
        second_name = second.text("name", 120) if second is not None else ""
        payload = CheckPayload(
            business_id=fields.uuid("business"),
            happened_on=fields.day("happened_on"),
            seen_at=fields.moment("seen_at"),
            state=fields.choice("state", _STATES),
            used_recently=fields.flag_or_none("used_recently"),
            reason=fields.text("reason", ladder.LONGEST_REASON),
            scan=_scan(fields.object_or_none("scan")),
            team_id=pair.uuid_or_none("team"),
            first_id=first.uuid_or_none("teammate"),
            second_id=second_id,
            second_name=second_name,
            owner_says_changed=fields.flag_or_none("owner_says_changed"),
        )
        for part in (first, second, pair, fields):
            if part is not None:
                part.finish()
        refuse(ladder.words_problem(second_name, "pair.second.name") or name_problem(second_name, "pair.second.name"))
        refuse(ladder.reason_problem(payload.state, payload.reason))
        return payload

    def may(self, actor: User, unit: Unit) -> bool:
        """Return whether the actor checks shops for the unit."""
        return policy.CHECK.allows_for(actor, unit)

    def apply(self, *, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
        """Record the checks."""
        return record_checks(actor=actor, unit=unit, records=records)

    def shows(self, record_id: UUID) -> bool:
        """Return True, because a check names nobody of the shop."""
        return True

    def lines(self, content: CheckPayload) -> list[tuple[str, str]]:
        """Return the check's texts, for an officer who chooses between two versions."""
        lines = [
            (_("Day"), formats.day(content.happened_on)),
            (_("State of the shop"), str(ShopState(content.state).label)),
        ]
        if content.used_recently is not None:
            answer = _("Yes") if content.used_recently else _("No")
            lines.append((_("Paid by transfer in thirty days"), answer))
        if content.reason:
            lines.append((_("Reason"), content.reason))
        if content.scan is not None:
            lines.append((_("Code that hangs there"), _scan_words(content.scan, content.happened_on)))
        return lines

    def address(self, record_id: UUID) -> str:
        """Return the page of the checked shop."""
        shop = ShopCheck.objects.filter(record_id=record_id).values_list("shop__business_id", flat=True).first()
        return reverse("cashless:shop", args=[shop]) if shop is not None else reverse("cashless:shops")


def _scan_words(scan: ScanPayload, on: date) -> str:
    words = str(ScanResult(scan.result).label)
    if scan.bank:
        words += f" · {code_keys.account_words(scan.bank, scan.last_four, on)}"
    if scan.several:
        words += " · " + _("names accounts of further networks")
    return words


def _scan(fields: JsonObject | None) -> ScanPayload | None:
    if fields is None:
        return None
    scan = ScanPayload(
        result=fields.choice("result", _RESULTS),
        fingerprint=fields.text("fingerprint", FINGERPRINT_DIGITS),
        bank=fields.text("bank", _BANK_DIGITS),
        last_four=fields.text("last_four", _LAST_FOUR),
        several=fields.flag("several", default=False),
    )
    fields.finish()
    if scan.fingerprint or scan.bank or scan.last_four or scan.several or scan.result in _COMPARED:
        _require_whole(scan)
    return scan


def _require_whole(scan: ScanPayload) -> None:
    is_hash = len(scan.fingerprint) == FINGERPRINT_DIGITS and set(scan.fingerprint) <= _HEX
    is_bank = len(scan.bank) == _BANK_DIGITS and scan.bank.isascii() and scan.bank.isdigit()
    if scan.result == _UNREADABLE or not is_hash or not is_bank:
        message = _("A code that was read has its bank and its fingerprint; one that was not has neither.")
        raise Refused(Problem("scan_incomplete", message, "scan"))
