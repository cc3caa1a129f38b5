"""Check for class names that mean different things in two apps; each class is a noun with a qualifier, so that its name is
unambiguous.

Names of Django and of other libraries are expected in every app.
"""

import ast
from collections import defaultdict
from pathlib import Path, PurePosixPath

from tools import forbidden

FRAMEWORK = frozenset({"Command", "Meta", "Migration"})
SUFFIXES = ("Config", "Form")
ALIKE = frozenset({"DatabaseWrapper"})
"""The same thing in each place: one engine's subclass of Django's class, under the name that Django requires."""


def classes(path: PurePosixPath, text: str) -> list[tuple[str, int]]:
    """Return names and lines of the classes at the top level of a module."""
    return [(node.name, node.lineno) for node in ast.parse(text).body if isinstance(node, ast.ClassDef)]


def is_free(name: str) -> bool:
    """Return whether several apps may use the name: private, a framework's, or with a framework's suffix."""
    return name.startswith("_") or name in FRAMEWORK or name in ALIKE or name.endswith(SUFFIXES)


def complaints(root: Path) -> list[str]:
    """Return a line for each class name that two apps have."""
    places: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for path in forbidden.tracked(root):
        is_product = path.suffix == ".py" and path.parts[0] == "doanso" and len(path.parts) > 2
        if not is_product or {"tests", "migrations"} & set(path.parts):
            continue
        for name, line in classes(path, (root / path).read_text(encoding="utf-8")):
            if not is_free(name):
                places[name].append((path.parts[1], f"{path}:{line}"))
    duplicates = {name: homes for name, homes in places.items() if len({app for app, _place in homes}) > 1}
    return [
        f"{homes[0][1]}: class {name} also stands in {', '.join(place for _app, place in homes[1:])}; qualify it"
        for name, homes in sorted(duplicates.items())
    ]
