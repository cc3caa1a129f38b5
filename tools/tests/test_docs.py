"""No page of the documentation points at a file, a command or a name that is not there.

A failure lists `page: what it names`: correct the page. What is right all the same, because it is made only at run time or
belongs to another package, is added to the constants below.
"""

import re
from collections.abc import Container, Iterator
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
    "partner_panels.register": "panels of a partner's page",
    "register_personal_records": "copying and erasing",
    "register_record_kind": "record kinds",
    "register_pack_part": "parts of the phones' pack",
    "register_inbox_kinds": "kinds of work that wait",
    "register_search": "results of the global search",
    "register_wrapper": "wrappers of support records",
    "register_probe": "pending work",
    "register_receipt_part": "what is announced on a receipt's page",
    "register_document_listener": "listeners to issued",
    "register_owner": "the app notified of a signature",
    "register_companion_files": "signed files issued together",
    "register_code_page": "pages of verification codes",
    "register_printer": "the app that prints",
    "register_incoming_book": "the book of incoming documents",
    "register_indicator_titles": "titles of indicators",
    "register_service_counts": "how many counted services",
    "register_unit_of_account": "the unit in whose history",
    "register_waiting": "panels of a unit's page",
}
"""Functions of ports, with the beginning of their row in the table of architecture.md. Ports of nearly every app are left out:
their rows say "every app with …".
"""


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


def _unknown(pattern: str, known: Container[str]) -> list[str]:
    """Return where pages name what a pattern matches and is not known, as `page: name`."""
    return [f"{page}: {name}" for page, text in _pages() for name in re.findall(pattern, text) if name not in known]


def test_every_command_that_a_page_names_exists():
    commands = {path.stem.replace("_", "-") for path in _tracked() if path.parts[-3:-1] == ("management", "commands")}
    commands |= {"check", "demo", "migrate", "help"}  # Django's, and those of `doanso/__main__.py`.
    commands |= {"ticket"}  # "doanso ticket 1|…" is what the hash of a ticket begins with.

    assert _unknown(r"(?:\./dev |`)doanso ([a-z][a-z-]+)", commands) == []
    assert _unknown(r"\./dev ([a-z]+)", COMMANDS) == []


def test_every_file_that_a_page_names_exists():
    ends = {"/".join(path.parts[-length:]) for path in _tracked() for length in (1, 2, 3, 4)}

    assert _unknown(r"`([\w./-]+\.(?:py|html|js|css|toml|typ))`", ends | MADE_FILES) == []


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
    lines = (ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()
    rows = {port: [line for line in lines if line.startswith(f"| {words}")] for port, words in PORTS.items()}
    call = re.compile(rf"^ +({'|'.join(PORTS)})\(", re.MULTILINE)
    callers = {
        (port, path.parts[1])
        for path in _tracked()
        if path.suffix == ".py" and path.parts[0] == "doanso" and "tests" not in path.parts and path.name != "ports.py"
        for port in call.findall((ROOT / path).read_text(encoding="utf-8"))
    }

    assert [port for port, found in rows.items() if len(found) != 1] == [], "these ports have no row, or several"
    assert PORTS.keys() - {port for port, _app in callers} == set(), "nobody registers with these ports"
    left_out = [f"{app} calls {port}" for port, app in sorted(callers) if f"`{app}`" not in rows[port][0]]
    assert left_out == [], "the rows of these ports do not name the app"


def test_the_page_about_tests_names_every_step_of_lint_and_every_bench():
    text = (ROOT / "docs/testing.md").read_text(encoding="utf-8")
    [steps] = re.findall(r"^\./dev lint +# or a step: (.*)$", text, re.MULTILINE)
    [benches] = re.findall(r"^`\./dev bench \[NAME \.\.\.\][^`]*` runs (.*), each in a process", text, re.MULTILINE)

    assert steps.split() == list(STEPS)
    assert set(re.findall(r"`(\w+)`", benches)) == set(BENCHES)
