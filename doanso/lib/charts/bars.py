"""Bars of one target, of shares, of a ranked unit and of elapsed time; and the ring of a week."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from doanso.lib.charts import percent, picture

RING_CHECK = '<path class="c" d="M13.5 20.5l4.5 4.5l8.5-9"/>'
GAP = 0.6
"""The space between two parts of a ranking bar, in percent of its width."""


def share_of(value: float | None, total: float) -> float | None:
    """Return the share of `value` in `total` in percent with one decimal, clamped to 0 and 100; None without a total."""
    if value is None or total <= 0:
        return None
    return round(min(max(value / total * 100, 0.0), 100.0), 1)


def bar(
    state: str,
    value: float | None,
    target: float | None,
    *,
    pace: float | None = None,
    forecast: float | None = None,
    sentence: str = "",
) -> SafeString:
    """Return a bar from zero to the target: the value, a pale part up to the forecast, a tick at today's pace."""
    total = target or 0
    done, pale, tick = share_of(value, total), share_of(forecast, total), share_of(pace, total)
    parts = ['<rect class="t" y="4" width="100%" height="6" rx="3"/>']
    if pale is not None and pale > (done or 0):
        parts.append(f'<rect class="f" y="4" width="{pale}%" height="6" rx="3"/>')
    if done:
        parts.append(f'<rect class="v" y="4" width="{done}%" height="6" rx="3"/>')
    if tick is not None:
        parts.append(f'<rect class="p" x="{tick}%" width="2" height="14" rx="1"/>')
    return picture("ds-bar", sentence, "".join(parts), state=state)


def stack(parts: Sequence[int], sentence: str) -> SafeString:
    """Return a stacked bar of parts, each in the shade of its position."""
    total = sum(parts)
    drawn, left = [], 0
    for place, part in enumerate(parts):
        if part:
            x, width = round(left * 100 / total, 2), round(part * 100 / total, 2)
            drawn.append(f'<rect class="g{place}" x="{x}%" width="{width}%" height="8"/>')
        left += part
    return picture("ds-grades", sentence, "".join(drawn))


def ranking_bar(on: int, behind: int, risk: int, sentence: str, *, missed: int = 0) -> SafeString:
    """Return one unit's bar of a ranking: its indicators on pace, behind, at risk, or missed for good, side by side."""
    total = on + behind + risk + missed
    drawn, left = [], 0.0
    for css, count in (("on", on), ("bh", behind), ("rk", risk), ("ms", missed)):
        if count:
            width = count * 100 / total
            x = left if left == 0 else left + GAP
            drawn.append(
                f'<rect class="{css}" x="{percent(x)}" width="{percent(left + width - x)}" height="10" rx="2"/>'
            )
            left += width
    return picture("ds-rank-b", sentence, "".join(drawn))


def ring(done: int, needed: int, *, late: bool = False) -> SafeString:
    """Return the ring of a week's need: filled by what is done, with a check mark once it is enough.

    A week is never at risk: the ring is blue, green when complete, amber when `late`. Figure and words must be beside it.
    """
    track = '<circle class="t" cx="20" cy="20" r="16"/>'
    if done >= needed:
        return picture(
            "ds-ring-s", "", f'{track}<circle class="v" cx="20" cy="20" r="16"/>{RING_CHECK}',
            state="on", view_box="0 0 40 40",
        )  # fmt: skip
    share = int(share_of(done, needed) or 0)
    filled = (
        f'<circle class="v" cx="20" cy="20" r="16" pathLength="100" stroke-dasharray="{share} 100" '
        'transform="rotate(-90 20 20)"/>'
        if share
        else ""
    )
    return picture("ds-ring-s", "", track + filled, state="behind" if late else "", view_box="0 0 40 40")


def elapsed_bar(share: float, sentence: str) -> SafeString:
    """Return the bar of elapsed time, `share` in percent."""
    track = '<rect class="t" width="100%" height="8" rx="4"/>'
    return picture("ds-elapsed", sentence, f'{track}<rect class="v" width="{percent(share)}" height="8" rx="4"/>')
