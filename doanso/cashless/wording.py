"""States and results of scans as they are shown: shape and colour beside the word."""

from datetime import date

from doanso.cashless import code_keys
from doanso.cashless.models import ChangeState, CodeChange, ScanResult, Shop, ShopCode, ShopState
from doanso.lib.vietqr.banks import bank_warning

PILLS = {
    ShopState.NONE.value: "none",
    ShopState.OFFERED.value: "none",
    ShopState.DISPLAYED.value: "on",
    ShopState.USED.value: "met",
    ShopState.STOPPED.value: "behind",
}
SCAN_PILLS = {
    ScanResult.NOT_READ.value: "",
    ScanResult.SAME.value: "met",
    ScanResult.ANNOUNCED.value: "on",
    ScanResult.FORMER.value: "behind",
    ScanResult.DIFFERENT.value: "risk",
    ScanResult.UNREADABLE.value: "none",
    ScanResult.NOT_REGISTERED.value: "none",
}
CHANGE_PILLS = {
    ChangeState.REQUESTED.value: "behind",
    ChangeState.APPROVED.value: "on",
    ChangeState.REFUSED.value: "none",
    ChangeState.WITHDRAWN.value: "none",
    ChangeState.STOPPED.value: "risk",
}


def account_name(row: ShopCode | CodeChange, on: date) -> str:
    """Return how an account is named: “Vietcombank •••• 6789”."""
    return code_keys.account_words(row.bank_bin, row.last_four, on)


def bank_note(code: ShopCode | None, on: date) -> str:
    """Return what to know about a code's bank: that it was renamed, only receives, or is not in the table; mostly nothing."""
    warning = bank_warning(code.bank_bin, on) if code is not None and code.bank_bin else None
    return warning.message if warning is not None else ""


def shop_place(shop: Shop) -> str:
    """Return where a shop stands: its label, else its address."""
    return shop.label or shop.business.address
