"""Places of an outline that nobody has filled in: a "…" that stands for itself, as the outlines of `kinds.toml` have it."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

MOST_SHOWN = 5
_AROUND = 24
# A "…" that ends a word ("v.v…"), one of several (a dotted line of a printed form) and one alone in brackets (an omission in a
# quotation) are the author's own.
_PLACEHOLDER = re.compile(r"(?<![\w….,])(?!(?<=[\[(])…[\])])…(?![\w….])")


def find_placeholders(lines: Iterable[str]) -> list[str]:
    """Return each place that is left to fill in, with the words around it in its line."""
    found = []
    for line in lines:
        for match in _PLACEHOLDER.finditer(line):
            before, after = line[: match.start()], line[match.end() :]
            start = before if len(before) <= _AROUND else before[-_AROUND:].partition(" ")[2]
            end = after if len(after) <= _AROUND else after[:_AROUND].rpartition(" ")[0]
            found.append(f"{start}…{end}".strip())
    return found


def placeholder_problem(lines: Iterable[str]) -> Problem | None:
    """Return why a document is neither sent nor signed yet: its outline still has places to fill in."""
    places = find_placeholders(lines)
    if not places:
        return None
    shown = "; ".join(f"“{place}”" for place in places[:MOST_SHOWN])
    message = _(
        "%(count)d places with “…” are not filled in yet: %(places)s. Write on the document and fill them in. Where the dots are "
        "meant, write them right behind a word or in brackets."
    )
    return Problem("document_unfilled", message % {"count": len(places), "places": shown})
