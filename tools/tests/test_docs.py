"""No page of the documentation points at a file, a command or a name that is not there."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tools import forbidden
from tools.commands import COMMANDS

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
MADE_FILES = {"event-kinds.toml", "partner-kinds.toml", "check_draw.py"}
"""Files of a committee's data folder, and one that a reader saves."""
MADE_NAMES = {
    *("allauth.mfa", "allauth.socialaccount"),
    *("files_filetext_words", "folded_words", "test_doanso_template_KEY"),
}
"""Names of other packages, and names that are composed when they are used."""


def test_every_link_leads_somewhere():
    dead = [
        f"{page}: {target}"
        for page in forbidden.tracked(ROOT)
        if page.suffix == ".md"
        for target in LINK.findall((ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page).parent.joinpath(target).exists()
    ]

    assert dead == []


def test_every_app_has_its_page():
    without = [
        app.parent.name for app in sorted(ROOT.glob("doanso/*/apps.py")) if not (app.parent / "README.md").exists()
    ]

    assert without == []


def _pages() -> Iterator[tuple[Path, str]]:
    """Yield the pages that speak of today's product; old decisions keep the names of their time."""
    for page in forbidden.tracked(ROOT):
        if page.suffix == ".md" and "decisions" not in page.parts:
            yield Path(page), (ROOT / page).read_text(encoding="utf-8")


def test_every_command_that_a_page_names_exists():
    commands = {
        path.stem.replace("_", "-")
        for path in forbidden.tracked(ROOT)
        if path.parts[-3:-1] == ("management", "commands")
    }
    own = {"check", "demo", "migrate", "help"}  # Django's, and those of `doanso/__main__.py`.
    unknown = [
        f"{page}: {command}"
        for page, text in _pages()
        for command in re.findall(r"(?:\./dev |`)doanso ([a-z][a-z-]+)", text)
        if command not in commands | own | {"ticket"}  # "doanso ticket 1|…" is what the hash of a ticket begins with.
    ]
    unknown += [
        f"{page}: ./dev {command}"
        for page, text in _pages()
        for command in re.findall(r"\./dev ([a-z]+)", text)
        if command not in COMMANDS
    ]

    assert unknown == []


def test_every_file_that_a_page_names_exists():
    suffixes = {"/".join(path.parts[-n:]) for path in forbidden.tracked(ROOT) for n in (1, 2, 3, 4)}
    absent = [
        f"{page}: {name}"
        for page, text in _pages()
        for name in re.findall(r"`([\w./-]+\.(?:py|html|js|css|toml|typ))`", text)
        if name not in suffixes | MADE_FILES
    ]

    assert absent == []


@pytest.mark.long
def test_every_name_that_a_page_quotes_is_in_the_code():
    names = {part for path in forbidden.tracked(ROOT) for part in re.findall(r"\w+", str(path))}
    for path in forbidden.tracked(ROOT):
        if path.suffix in {".py", ".toml", ".html", ".js", ".css", ".typ"} and "vendor" not in path.parts:
            names.update(re.findall(r"[A-Za-z_]\w*", (ROOT / path).read_text(encoding="utf-8")))
    quoted = re.compile(r"`([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)(?:\([^)`]*\))?`")
    absent = [
        f"{page}: {name}"
        for page, text in _pages()
        for name in quoted.findall(text)
        if name not in MADE_NAMES and not names.issuperset(name.split("."))
    ]

    assert absent == []
