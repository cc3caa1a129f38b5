"""Check that migrations are linear per app, and that no recorded migration is edited.

`doanso/migration_history.txt` names every migration in order with a hash of its file. Two branches that each add one to an app
meet in a merge conflict there, and an edited, renamed or removed one is reported. `./dev fmt` adds new migrations and changes
no existing line; delete the lines first to make old migrations anew.
"""

import ast
import hashlib
from pathlib import Path

HISTORY = Path("doanso/migration_history.txt")


def _files(root: Path) -> dict[str, list[Path]]:
    """Return the migrations of every app, by the numbers in their names."""
    problems: dict[str, list[Path]] = {}
    for file in sorted(root.glob("doanso/*/migrations/[0-9]*.py")):
        problems.setdefault(file.parts[-3], []).append(file)
    return problems


def _key(app: str, file: Path) -> str:
    return f"{app} {file.stem}"


def _hash(file: Path) -> str:
    return hashlib.sha256(file.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]


def _named(root: Path) -> dict[str, str]:
    """Return the hashes in the history."""
    if not (root / HISTORY).exists():
        return {}
    lines = (root / HISTORY).read_text(encoding="utf-8").splitlines()
    return {line.rpartition(" ")[0]: line.rpartition(" ")[2] for line in lines if line}


def _earlier_in_app(app: str, file: Path) -> set[str]:
    """Return the migrations of its own app that a migration depends on."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Assign) and any(
            isinstance(to, ast.Name) and to.id == "dependencies" for to in node.targets
        ):
            pairs = [element for element in getattr(node.value, "elts", []) if isinstance(element, ast.Tuple)]
            named = [tuple(part.value for part in pair.elts if isinstance(part, ast.Constant)) for pair in pairs]
            return {str(pair[1]) for pair in named if len(pair) == 2 and pair[0] == app}
    return set()


def complaints(root: Path) -> list[str]:
    """Return the problems of the migrations, a sentence each."""
    problems = []
    named, names_seen = _named(root), set[str]()
    for app, files in _files(root).items():
        before: Path | None = None
        for place, file in enumerate(files, start=1):
            key = _key(app, file)
            names_seen.add(key)
            if not file.stem.startswith(f"{place:04}_"):
                problems.append(f"{key}: it is number {place} of its app; two branches made one each, or one is gone")
            if _earlier_in_app(app, file) != ({before.stem} if before is not None else set()):
                problems.append(
                    f"{key}: it must follow {before.stem if before is not None else 'none'} of its app, and no other"
                )
            if key not in named:
                problems.append(f"{key}: not in {HISTORY}; run ./dev fmt")
            elif named[key] != _hash(file):
                problems.append(
                    f"{key}: edited after it was written down; take the edit back and write a further migration"
                )
            before = file
    problems += [f"{key}: in {HISTORY}, but its file is gone" for key in named if key not in names_seen]
    if list(named) != sorted(named):
        problems.append(f"{HISTORY}: its lines are not in order; run ./dev fmt")
    return problems


def add_new(root: Path) -> None:
    """Add the migrations that are missing in the history; existing lines keep their hash."""
    named = _named(root)
    for app, files in _files(root).items():
        for file in files:
            named.setdefault(_key(app, file), _hash(file))
    lines = "".join(f"{key} {value}\n" for key, value in sorted(named.items()))
    (root / HISTORY).write_text(lines, encoding="utf-8")
