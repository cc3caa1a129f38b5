"""The headings of a report, in the order in which they are printed, and the keys under which their text is stored."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from doanso.reports.content import PassageText
from doanso.targets.models import IndicatorGroup

RESULTS = "results"
_OF_GROUP = f"{RESULTS}-"
_ROMAN = ("", "I", "II", "III", "IV", "V")
LONGEST = 20_000
"""The maximum number of characters under one heading."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading under which officers write; `hint` says what belongs under it."""

    key: str
    number: str
    heading: str | Promise
    level: int
    hint: str | Promise = ""
    # A heading of level 1 that only holds others.
    written: bool = True
    # The number of the heading above.
    within: str = ""

    @property
    def outline_number(self) -> str:
        """The number prefixed by that of the heading above: II.1."""
        return f"{self.within}.{self.number}" if self.within else self.number


_BEFORE = (
    Section(
        "direction",
        "I",
        gettext_lazy("Direction of the work"),
        1,
        gettext_lazy("Plans, letters and meetings of these days; who was given what to do."),
    ),
    Section(
        RESULTS,
        "II",
        gettext_lazy("Results"),
        1,
        gettext_lazy(
            "A few words before the numbers. The table, the changes and who is behind are added by themselves."
        ),
    ),
)
_AFTER = (
    Section("assessment", "III", gettext_lazy("Assessment"), 1, written=False),
    Section(
        "strengths",
        "1",
        gettext_lazy("Strengths"),
        2,
        gettext_lazy("What went well, and by which way of working."),
        within="III",
    ),
    Section("limits", "2", gettext_lazy("Limits"), 2, gettext_lazy("What is behind, and where."), within="III"),
    Section("causes", "3", gettext_lazy("Causes"), 2, gettext_lazy("Why, as far as it is known."), within="III"),
    Section(
        "tasks",
        "IV",
        gettext_lazy("Main tasks of the time to come"),
        1,
        gettext_lazy("What is done next, by whom and until when."),
    ),
    Section(
        "proposals",
        "V",
        gettext_lazy("Proposals"),
        1,
        gettext_lazy("What the unit asks of those above. May stay empty."),
    ),
)


def sections(groups: Collection[str]) -> list[Section]:
    """Return all headings for a programme with indicators of these groups."""
    of_groups = [
        Section(f"{_OF_GROUP}{group}", str(place), IndicatorGroup(group).label, 2, within="II")
        for place, group in enumerate((heading for heading in IndicatorGroup.values if heading in groups), start=1)
    ]
    return [*_BEFORE, *of_groups, *_AFTER]


def written_sections(groups: Collection[str]) -> list[Section]:
    """Return the headings under which text is written."""
    return [section for section in sections(groups) if section.written]


def passages(groups: Collection[str], words: Mapping[str, str], opening: str) -> tuple[PassageText, ...]:
    """Return the headings with their text, as printed and numbered. `opening` is the first sentence of the results.

    Empty headings are not printed, nor headings that hold only such; the others are numbered without them.
    """
    texts = {key: tuple(line.strip() for line in text.splitlines() if line.strip()) for key, text in words.items()}
    texts[RESULTS] = (opening, *texts.get(RESULTS, ()))
    every = sections(groups)
    printed: list[PassageText] = []
    main = below = 0
    for section in every:
        if section.level == 1:
            parts = [part for part in every if part.within == section.number]
            if any(texts.get(part.key) for part in (section, *parts)):
                main, below = main + 1, 0
                holds_figures = section.key == RESULTS
                printed.append(
                    PassageText(_ROMAN[main], str(section.heading), 1, texts.get(section.key, ()), holds_figures)
                )
        elif texts.get(section.key):
            below += 1
            printed.append(PassageText(str(below), str(section.heading), section.level, texts[section.key]))
    return tuple(printed)
