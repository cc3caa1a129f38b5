"""Check that every message of the product has a Vietnamese translation.

Each app has its own catalogue, the project's templates have one in doanso/locale. The messages are extracted anew into a copy
and merged with the existing ones; empty, fuzzy or ill-formed messages are reported, and words that stand for a thing which
docs/glossary.md calls otherwise.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polib

LANGUAGE = "vi"


OTHER_WORDS = {
    "biểu mẫu excel": "mẫu Excel",
    "bàn hỗ trợ": "bàn hướng dẫn",
    "cơ quan chứng thực": "tổ chức chứng thực",
    "cơ quan cấp chứng thư": "tổ chức chứng thực",
    "dịch vụ số": "tiện ích số",
    "dự thảo": "bản nháp",
    "hộ gia đình": "hộ dân",
    "đường liên kết": "đường dẫn",
    "lượt hỗ trợ": "lượt giúp",
    "thư điện tử": "email",
    "vai trò người hỗ trợ": "vai trò cộng tác viên",
    "xóa vĩnh viễn": "xóa hẳn",
}
"""A second word for a thing, and the one that every screen uses."""


def can_extract() -> bool:
    """Return whether gettext's programs are installed, which extraction needs."""
    return all(shutil.which(name) for name in ("xgettext", "msgmerge", "msguniq", "msgfmt"))


def apps(package: Path) -> list[Path]:
    """Return the folders with a catalogue of their own."""
    return sorted(path.parent for path in package.glob("*/apps.py"))


def _copy(package: Path, into: Path) -> Path:
    copy = into / package.name
    ignore = shutil.ignore_patterns("__pycache__", "static", "*.mo", "tests", "migrations")
    shutil.copytree(package, copy, ignore=ignore)
    return copy


def catalogue(folder: Path) -> Path:
    """Return the path of a folder's Vietnamese catalogue."""
    return folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def _extract(folder: Path, ignored: list[str]) -> str:
    """Merge the messages of the sources in `folder` into its catalogue; return the tool's error, if any."""
    (folder / "locale").mkdir(exist_ok=True)
    # -P: a module in the working folder may have the name of one of Python's own.
    words = [
        sys.executable,
        "-P",
        "-m",
        "django",
        "makemessages",
        "-l",
        LANGUAGE,
        "--no-obsolete",
        "--no-wrap",
        "-v",
        "0",
    ]
    for name in ignored:
        words += ["--ignore", name]
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.stderr.strip() if done.returncode else ""


def _gaps(label: str, path: Path) -> list[str]:
    if not path.exists():
        return []
    problems = []
    for entry in polib.pofile(str(path)):
        empty = not entry.translated() and not entry.fuzzy
        if not entry.obsolete and (empty or entry.fuzzy):
            where = ", ".join(f"{name}:{line}" for name, line in entry.occurrences[:2])
            problems.append(f"{label}: {'fuzzy' if entry.fuzzy else 'missing'}: {entry.msgid!r} ({where})")
    checked = subprocess.run(
        ["msgfmt", "--check-format", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
    )
    if checked.returncode:
        problems += [f"{label}: {line}" for line in checked.stderr.strip().splitlines()]
    return problems


def other_words(label: str, path: Path) -> list[str]:
    """Return every message that calls a thing by another word than the rest of the product."""
    return [
        f"{label}: say “{wanted}” for “{word}”: {entry.msgid!r}"
        for entry in (polib.pofile(str(path)) if path.exists() else ())
        for word, wanted in OTHER_WORDS.items()
        if not entry.obsolete and any(word in text.lower() for text in (entry.msgstr, *entry.msgstr_plural.values()))
    ]


def conflicts(catalogues: Mapping[str, Path]) -> list[str]:
    """Return every message that two catalogues translate differently.

    All catalogues are loaded into one, so the words of one app would replace those of another: give such a message a context.
    """
    words: dict[tuple[str, str], dict[str, list[str]]] = {}
    for label, path in catalogues.items():
        for entry in polib.pofile(str(path)) if path.exists() else ():
            if not entry.obsolete:
                text = entry.msgstr or entry.msgstr_plural.get(0, "")
                words.setdefault((entry.msgctxt or "", entry.msgid), {}).setdefault(text, []).append(label)
    return [
        f"two translations of {msgid!r}: "
        + "; ".join(f"{text!r} ({', '.join(where)})" for text, where in texts.items())
        for (_context, msgid), texts in words.items()
        if len(texts) > 1
    ]


def gaps(package: Path) -> list[str]:
    """Return every message without a good translation or with two, and every catalogue that could not be read."""
    with tempfile.TemporaryDirectory(prefix="doanso-messages-") as scratch:
        copy = _copy(package, Path(scratch))
        rooms = apps(copy)
        jobs: list[tuple[str, Path, list[str]]] = [(f"doanso/{room.name}", room, []) for room in rooms]
        jobs.append(("doanso", copy, [f"{room.name}/*" for room in rooms]))
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            problems = list(pool.map(lambda job: _extract(job[1], job[2]), jobs))
        gaps = []
        for (label, folder, _), problem in zip(jobs, problems, strict=True):
            gaps += [f"{label}: {problem}"] if problem else _gaps(label, catalogue(folder))
            gaps += other_words(label, catalogue(folder))
        return gaps + conflicts({label: catalogue(folder) for label, folder, _ in jobs})
