"""Arithmetic of shares; `formats` writes them."""


def percent_tenths(part: int, total: int) -> int | None:
    """Return the share in tenths of a percent, rounded down, so that 1000 (100%) needs part >= total; None without a total."""
    return part * 1000 // total if total > 0 else None
