"""What apps above tell the members' pages."""

from collections.abc import Callable, Collection, Mapping

TitlesOf = Callable[[Collection[str]], Mapping[str, str]]
_titles: list[TitlesOf] = []


def register_indicator_titles(titles_of: TitlesOf) -> None:
    """Let an app that has indicators say what those of some codes are called."""
    _titles.append(titles_of)


def indicator_titles(codes: Collection[str]) -> dict[str, str]:
    """Titles of the indicators as far as somebody knows them."""
    return {code: title for titles_of in _titles for code, title in titles_of(codes).items()}
