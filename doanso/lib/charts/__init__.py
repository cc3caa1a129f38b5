"""Charts as SVG made of attributes: they need no script, print well and pass the content policy.

Pure functions: numbers and words in, SVG out. Numbers may be of any unit, as long as all numbers of one drawing share it. A chart
that stands alone has `role="img"` and a sentence; the page shows the same figures as a table beside it.
"""

from collections.abc import Callable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

type Coordinate = Callable[[float], str]


def percent(share: float) -> str:
    """Return a share from 0 to 100 as an SVG length with at most one decimal: 86.6 is "86.6%", 100.0 is "100%"."""
    return f"{round(share, 1):g}%"


def picture(css: str, sentence: str, inner: str, *, state: str = "", view_box: str = "") -> SafeString:
    """Return an SVG element around shapes that are safe already; without a sentence it is hidden from screen readers."""
    named = f'role="img" aria-label="{escape(sentence)}"' if sentence else 'aria-hidden="true"'
    drawn_state = f' data-s="{escape(state)}"' if state else ""
    box = f' viewBox="{view_box}"' if view_box else ""
    return mark_safe(f'<svg class="{css}"{drawn_state}{box} {named}>{inner}</svg>')  # noqa: S308 -- words are escaped
