"""Forbidden patterns in files of the repository."""

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools import private_replacements, retired_names

MOST_LINES = 500
LOCK_FILES = {"uv.lock", "pylock.toml", "poetry.lock", "package-lock.json", "yarn.lock", "pnpm-lock.yaml"}
VAGUE_NAMES = {"utils", "common", "helpers", "core"}
BINARY = {".png", ".jpg", ".ico", ".woff2", ".xlsx", ".gz", ".mo", ".pdf"}
CLASS_TESTS = {
    "doanso/documents/tests/test_editor.py",  # a class of the vendored editor's tables, which have no other mark
    "doanso/home/tests/test_enlarged_text.py",
    "doanso/lib/tests/test_charts.py",
    "doanso/lib/tests/test_look.py",
    "doanso/tests/test_style_sheets.py",
}
"""Tests that may name classes of a page: their subject is the look itself, where no reason stands beside them."""
_CLASS_IN_TEST = re.compile(
    r"""
    \bclass=\\?["']                                    # an attribute of HTML
    | (?<![\w-])(ds|dv)-[a-z]                          # a class of our style sheets
    | \bto_(have|contain)_class\b | \bclass(List|Name)\b | \bget_attribute\(["']class["']
    | \b(locator|click|tap|check|fill|(wait_for|query)_selector(_all)?|querySelector(All)?|matches|closest)
      \([rf]?(?P<quote>["'`])
      (?>\[[^\]]*\] | -(is|text)\((?P<inner>["']).*?(?P=inner)\) | (?!(?P=quote))[^\[])*?   # values and texts have dots too
      \.[a-zA-Z_]                                      # a selector by class
    """,
    re.VERBOSE,
)


@dataclass(frozen=True)
class Rule:
    """A pattern that is forbidden in the files it applies to, with the alternative."""

    pattern: re.Pattern[str]
    applies: Callable[[PurePosixPath], bool]
    instead: str


def _product(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and path.parts[0] == "doanso" and "migrations" not in path.parts


def _product_untested(path: PurePosixPath) -> bool:
    return _product(path) and "tests" not in path.parts and path.name not in {"conftest.py", "testing.py"}


def _template(path: PurePosixPath) -> bool:
    return "templates" in path.parts and path.suffix in {".html", ".svg"}


def _text(path: PurePosixPath) -> bool:
    return "vendor" not in path.parts


def _tests(path: PurePosixPath) -> bool:
    return path.suffix == ".py" and "tests" in path.parts


def _page_tests(path: PurePosixPath) -> bool:
    return _tests(path) and path.parts[0] == "doanso" and str(path) not in CLASS_TESTS


def _views(path: PurePosixPath) -> bool:
    return _product_untested(path) and any(
        part.partition("_")[0] in {"views", "api"} for part in (*path.parts, path.stem)
    )


def _outside(*allowed: str) -> Callable[[PurePosixPath], bool]:
    return lambda path: _product_untested(path) and str(path) not in allowed


RULES = [
    Rule(re.compile(r"\sstyle=|<style\b"), _template, "the page's policy drops inline styles: write a class"),
    Rule(re.compile(r"<script\b(?![^>]*\bsrc=)"), _template, "no inline script: put it into a file under static/"),
    Rule(
        re.compile(r"\s(on(?!e\b)[a-z]+|hx-on[:\w-]*)\s*="),
        _template,
        "no inline handler: put it into a file under static/",
    ),
    Rule(
        re.compile(r'class="ds-eyebrow".* · '),
        _template,
        "a line over a heading that wraps must not begin with a dot: write &nbsp;· with one plain space behind it",
    ),
    Rule(
        # `with` is read before the number, so its text takes the place of a number of the same name: a failure page.
        re.compile(
            r"\{%\s*blocktrans(late)?\b(?=((?!%\}).)*\bcount\s+\w+=(?P<number>\w+))"
            r"(?=((?!%\}).)*\bwith\s((?!%\}).)*\b(?P=number)=)"
        ),
        _template,
        "`with` must not name what `count` reads: give the written number another name",
    ),
    # The forms of requirements and lock files; the choice of a registry belongs to the machine, not to the project.
    Rule(
        re.compile(
            r'--(extra-)?index-url[ =]+https?:|"resolved"\s*:|https?://\S+(/simple/|/-/|\.whl\b|\.tgz\b|\.tar\.gz\b)'
        ),
        _text,
        "no registry's address",
    ),
    Rule(re.compile(r"\.objects\b"), _views, "views read through policy and queries, and write through actions"),
    Rule(
        re.compile(r"\.vendor\b|\bRunSQL\("),
        _outside(
            *(
                f"doanso/lib/database/{name}.py"
                for name in ("__init__", "columns", "copying", "hot_path", "integrity", "ranked_scan")
            )
        ),
        "only lib.database knows which engine it is",
    ),
    Rule(
        re.compile(r"\bRawSQL\(|\.raw\(|\.extra\(|\.cursor\("),
        _outside(
            *(f"doanso/lib/database/{name}.py" for name in ("__init__", "hot_path", "hot_reads", "integrity")),
            "doanso/lib/sqlite/base.py",
        ),
        "only lib.database opens a cursor; hot_path says when to go past the ORM",
    ),
    Rule(
        re.compile(r"\bdatabase\.(fetch_all|execute)\(|import .*\b(fetch_all|execute)\b"),
        # Rolling up and reading the ledger in one statement is beyond the ORM; that SQL is the same on both engines.
        _outside(
            "doanso/lib/database/__init__.py",
            *(
                f"doanso/ledger/{name}.py"
                for name in (
                    "rollup",
                    "unit_moves",
                    "queries/claims",
                    "queries/drilldown",
                    "queries/figures",
                    "queries/parts",
                    "recount",
                )
            ),
        ),
        "statements of our own stand in the ledger; elsewhere lib.database reads and writes columns",
    ),
    Rule(
        re.compile(r"\bdate\.today\(|\btimezone\.(now|localdate)\(|\bdatetime\.(now|utcnow|today)\("),
        _outside("doanso/lib/clock.py"),
        "ask lib.clock: today() is the business day, now() is real time",
    ),
    Rule(
        re.compile(r"\b(look_up|sha\d+|blake2[bs]|md5|digest|\w*_hash)\(.*(!r\}|\brepr\(|\basdict\(|\bvars\()"),
        _product_untested,
        "hash a tuple that is written out (lib.canonical): names of classes and fields change",
    ),
    Rule(re.compile(r"\b(post|pre)_(save|delete)\b|@receiver\b"), _product_untested, "no signals between our apps"),
    Rule(
        re.compile(r"^\s*(import|from)\s+(urllib\.request|http\.client|requests|httpx|smtplib|ftplib)\b"),
        # `egress` is the only module with outgoing connections.
        lambda path: _product_untested(path) and str(path) != "doanso/signing/egress.py",
        "no outgoing connection",
    ),
    Rule(
        re.compile(r"^\s*assert .*\.is_visible\(\)$"),
        _tests,
        "a page may still be on its way: expect(...).to_be_visible() waits for it",
    ),
    Rule(_CLASS_IN_TEST, _page_tests, "a class is only the look: assert a role, a data- attribute or a text"),
    Rule(
        re.compile(r"\bds-btn-p\b(?!.*\bdata-primary\b)"),
        _template,
        "mark the main button with data-primary as well: tests count main buttons by it",
    ),
]


def tracked(root: Path) -> list[PurePosixPath]:
    """Return the files of the repository: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    return [PurePosixPath(name) for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file()]


def judge(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield the complaints about one file, each as `path:line: what to do instead`."""
    lines = text.splitlines()
    for rule in RULES:
        if rule.applies(path):
            for number, line in enumerate(lines, 1):
                if rule.pattern.search(line):
                    yield f"{path}:{number}: {rule.instead}"
    yield from retired_names.complaints(path, text)
    yield from private_replacements.complaints(path, text)
    if path.suffix == ".py" and "migrations" not in path.parts and len(lines) > MOST_LINES:
        yield f"{path}: {len(lines)} lines; make it a folder of files of at most {MOST_LINES}"


def complaints(root: Path) -> list[str]:
    """Return every complaint about the repository."""
    problems: list[str] = []
    for path in tracked(root):
        if path.name in LOCK_FILES:
            problems.append(f"{path}: lock files hold addresses; the hashed requirements are what we keep")
        if path.parts[0] == "doanso" and path.suffix == ".py" and path.stem in VAGUE_NAMES:
            problems.append(f"{path}: name a module after its subject")
        if path.suffix not in BINARY:
            try:
                text = (root / path).read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
            problems.extend(judge(path, text))
    return problems
