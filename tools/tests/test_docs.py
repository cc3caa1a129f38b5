"""No page of the documentation points at a file, a command or a name that is not there."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tools import forbidden
from tools.bench import BENCHES
from tools.commands import COMMANDS
from tools.lint import STEPS

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
PORTS = {
    "register_family": "fact families",
    "register_list_kind": "list kinds",
    "register_assignment_kind": "kinds of assignments",
    "register_partner_panel": "panels of a partner's page",
    "register_personal_records": "copying and erasing",
    "register_record_kind": "record kinds",
    "register_pack_part": "parts of the phones' pack",
    "register_inbox_kinds": "kinds of work that wait",
    "register_search": "results of the global search",
    "register_wrapper": "wrappers of support records",
    "register_probe": "pending work",
    "register_receipt_part": "what is announced on a receipt's page",
}
"""Functions of ports, with the beginning of their row in the table of architecture.md."""


@cache
def _tracked() -> list[PurePosixPath]:
    return list(forbidden.tracked(ROOT))


def test_every_link_leads_somewhere():
    dead = [
        f"{page}: {target}"
        for page in _tracked()
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
    for page in _tracked():
        if page.suffix == ".md" and "decisions" not in page.parts:
            yield Path(page), (ROOT / page).read_text(encoding="utf-8")


def test_every_command_that_a_page_names_exists():
    commands = {path.stem.replace("_", "-") for path in _tracked() if path.parts[-3:-1] == ("management", "commands")}
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
    suffixes = {"/".join(path.parts[-n:]) for path in _tracked() for n in (1, 2, 3, 4)}
    absent = [
        f"{page}: {name}"
        for page, text in _pages()
        for name in re.findall(r"`([\w./-]+\.(?:py|html|js|css|toml|typ))`", text)
        if name not in suffixes | MADE_FILES
    ]

    assert absent == []


@pytest.mark.long
def test_every_name_that_a_page_quotes_is_in_the_code():
    names = {part for path in _tracked() for part in re.findall(r"\w+", str(path))}
    for path in _tracked():
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


def test_the_table_of_ports_names_every_app_that_registers():
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    rows = {
        port: next(line for line in text.splitlines() if line.startswith(f"| {row}")) for port, row in PORTS.items()
    }
    call = re.compile(rf"^ +({'|'.join(PORTS)})\(", re.MULTILINE)
    callers = {
        (port, path.parts[1])
        for path in _tracked()
        if path.suffix == ".py" and path.parts[0] == "doanso" and "tests" not in path.parts and path.name != "ports.py"
        for port in call.findall((ROOT / path).read_text(encoding="utf-8"))
    }

    assert {port for port, _app in callers} == set(PORTS)
    assert {(port, app) for port, app in callers if f"`{app}`" not in rows[port]} == set()


def test_the_page_about_tests_names_every_step_of_lint_and_every_bench():
    text = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    [steps] = re.findall(r"^\./dev lint +# or a step: (.*)$", text, re.MULTILINE)
    [benches] = re.findall(r"^`\./dev bench \[NAME \.\.\.\][^`]*` runs (.*), each in a process", text, re.MULTILINE)

    assert steps.split() == list(STEPS)
    assert set(re.findall(r"`(\w+)`", benches)) == set(BENCHES)
