"""Port for the titles of indicators on members' pages: an exemption stores an indicator's code, people read its title."""

from collections.abc import Callable, Collection, Mapping

TitlesOf = Callable[[Collection[str]], Mapping[str, str]]
_owners: list[TitlesOf] = []


def register_indicator_titles(titles_of: TitlesOf) -> None:
    """Register the function that returns titles; called once, in the `AppConfig.ready` of the app that has indicators."""
    if _owners:
        raise RuntimeError("Titles of indicators are registered twice.")
    _owners.append(titles_of)


def indicator_titles(codes: Collection[str]) -> dict[str, str]:
    """Return the titles of these indicators by code; a code that no programme knows any more has none."""
    return {code: title for titles_of in _owners for code, title in titles_of(codes).items()}
