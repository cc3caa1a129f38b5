"""Arithmetic of shares. How numbers look on a page is in `formats`."""


def percent_tenths(part: int, total: int) -> int | None:
    """The share in tenths of a percent, rounded down, so that 1000 (100%) needs part >= total; None without a total."""
    return part * 1000 // total if total > 0 else None
