"""Looking at an open page in every width and theme, without loading it again."""

from collections.abc import Callable, Iterable
from typing import Any

from doanso.tests.routes import WIDTHS

_SET_THEME = "theme => { document.documentElement.dataset.bsTheme = theme }"
_IS_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"
_FIND_SQUEEZED = """[...document.querySelectorAll("main table th, main table td")]
    .filter((cell) => cell.clientWidth && cell.clientWidth < 48 && cell.innerText.trim().length > 6)
    .map((cell) => cell.innerText.trim())"""


def set_width(page: Any, width: int) -> None:
    """Give the window a width in pixels."""
    page.set_viewport_size({"width": width, "height": 900})


def find_flaws(
    page: Any, axe: Callable[[Any], list[str]], variants: Iterable[tuple[int, bool]], *, squeezed: bool = False
) -> list[str]:
    """Return the barriers in some widths and themes, and in both widths what is too wide; the page is left wide.

    With `squeezed` also cells of tables that are too narrow for their words; pages for paper have some on a phone.
    """
    # Colours change at once, so that none is measured half way.
    page.emulate_media(reduced_motion="reduce")
    flaws = []
    chosen = list(variants)
    for width in WIDTHS:
        set_width(page, width)
        for dark in (dark for chosen_width, dark in chosen if chosen_width == width):
            page.evaluate(_SET_THEME, "dark" if dark else "light")
            flaws += [f"{width} {'dark' if dark else 'light'} {barrier}" for barrier in axe(page)]
        if page.evaluate(_IS_TOO_WIDE):
            flaws.append(f"wider than {width}")
        if squeezed:
            flaws += [f"squeezed at {width}: {text}" for text in page.evaluate(_FIND_SQUEEZED)]
    return flaws
