"""Check that actions of users leave an entry in the audit log.

An action is a public function with a parameter `actor` in a module of actions. One that writes rows and from which `audit`'s
`record` or `record_many` cannot be reached is reported, unless an action that records calls it or it is listed below. Names are
followed through imports and calls, not through values: the check finds actions that record nothing at all, never a branch that
forgets to.
"""

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path, PurePosixPath

from tools import forbidden

RECORDS = frozenset({("doanso.audit.actions", "record"), ("doanso.audit.actions", "record_many")})
WRITES = frozenset(
    {"save", "create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
    | {"save_changed", "insert_rows", "insert_new_rows"}
)
"""Names that write rows when they are called; `update` does with keywords."""
NOT_THEIR_OWN = ("doanso.ledger.", "doanso.lib.", "doanso.audit.", "doanso.notices.", "doanso.files.")
"""What an action causes elsewhere: entries of the ledger, notices and stored bytes; the action itself writes the history."""
UNRECORDED = {
    "doanso.accounts.actions.choose_theme": "a preference of the user's own screen",
    "doanso.accounts.actions.pin_page": "a preference of the user's own screen",
    "doanso.accounts.actions.unpin_page": "a preference of the user's own screen",
    "doanso.setup.actions.first_setup.put_checklist_away": "a preference of the user's own screen",
    "doanso.setup.actions.first_setup.show_checklist_again": "a preference of the user's own screen",
    "doanso.adoption.actions.bulk.mark_opened": "a step of `attest_many`, which records all that are confirmed",
    "doanso.signing.actions.signatures.renew_secret": "a step of the signer's own session, which is recorded when it is signed",
}

type Name = tuple[str, str]


class _Module:
    """A module of the product: its functions, and what its imports mean."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.functions: dict[str, ast.FunctionDef] = {}
        self.imports: dict[str, Name] = {}
        for node in ast.parse(text).body:
            if isinstance(node, ast.FunctionDef):
                self.functions[node.name] = node
            elif isinstance(node, ast.ClassDef):
                methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
                self.functions |= {f"{node.name}.{each.name}": each for each in methods}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("doanso"):
                self.imports |= {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}


class _Product:
    """All modules of the product, each parsed when it is first asked for."""

    def __init__(self, files: dict[str, Path]) -> None:
        self._files = files
        self._modules: dict[str, _Module] = {}
        self._parts: dict[Name, tuple[frozenset[Name], bool]] = {}

    def module(self, name: str) -> _Module | None:
        if name not in self._modules and name in self._files:
            self._modules[name] = _Module(name, self._files[name].read_text(encoding="utf-8"))
        return self._modules.get(name)

    @cached_property
    def action_modules(self) -> list[_Module]:
        names = sorted(name for name in self._files if "actions" in name.split(".")[2:])
        return [module for name in names if (module := self.module(name)) is not None]

    def resolve(self, module: _Module, name: str) -> Name | None:
        """Return the function that a name means in a module; None if it is none of the product's."""
        if name in module.functions:
            return module.name, name
        origin = module.imports.get(name)
        if origin is None or origin in RECORDS:
            return origin
        home = self.module(origin[0])
        return self.resolve(home, origin[1]) if home is not None and home is not module else None

    def resolve_attribute(self, module: _Module, function: str, owner: str, name: str) -> Name | None:
        """Return the function that `owner.name` means: of an imported module, or of the class of `self`."""
        if owner in ("self", "cls"):
            method = f"{function.partition('.')[0]}.{name}"
            return (module.name, method) if method in module.functions else None
        origin = module.imports.get(owner)
        home = self.module(".".join(origin)) if origin is not None else None
        return self.resolve(home, name) if home is not None else None

    def parts_of(self, function: Name) -> tuple[frozenset[Name], bool]:
        """Return the functions that a function names, and whether it writes rows itself."""
        if function not in self._parts:
            module = self.module(function[0])
            node = module.functions.get(function[1]) if module is not None else None
            self._parts[function] = (
                (frozenset(self._named(module, function[1], node)), _writes(node))
                if module is not None and node is not None
                else (frozenset(), False)
            )
        return self._parts[function]

    def _named(self, module: _Module, function: str, node: ast.FunctionDef) -> Iterator[Name]:
        for part in ast.walk(node):
            found = None
            if isinstance(part, ast.Name):
                found = self.resolve(module, part.id)
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                found = self.resolve_attribute(module, function, part.value.id, part.attr)
            if found is not None:
                yield found

    def reached_from(self, function: Name) -> set[Name]:
        """Return a function with everything that can be reached from it."""
        seen, waiting = {function}, [function]
        while waiting:
            new = self.parts_of(waiting.pop())[0] - seen
            seen |= new
            waiting += new
        return seen


def _writes(node: ast.FunctionDef) -> bool:
    for part in ast.walk(node):
        if isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if name in WRITES or (name == "update" and part.keywords):
                return True
    return False


def _files(root: Path) -> dict[str, Path]:
    files = {}
    for path in forbidden.tracked(root):
        if path.suffix == ".py" and path.parts[0] == "doanso" and not {"tests", "migrations"} & set(path.parts):
            files[_module_name(path)] = root / path
    return files


def _module_name(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _has_actor(node: ast.FunctionDef) -> bool:
    return "actor" in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}


def complaints(root: Path) -> list[str]:
    """Return a line for each action that writes rows and leaves no entry."""
    product = _Product(_files(root))
    recorded: set[Name] = set()
    silent: list[tuple[_Module, str]] = []
    for module in product.action_modules:
        for name, node in module.functions.items():
            reached = product.reached_from((module.name, name))
            if reached & RECORDS:
                recorded |= reached
            elif _has_actor(node) and not name.rpartition(".")[2].startswith("_"):
                own = [each for each in reached if not each[0].startswith(NOT_THEIR_OWN)]
                if any(product.parts_of(each)[1] for each in own):
                    silent.append((module, name))
    named = [f"{module.name}.{name}" for module, name in silent if (module.name, name) not in recorded]
    found = [
        f"{name}: writes rows for an actor and records nothing in the audit log"
        for name in named
        if name not in UNRECORDED
    ]
    needless = sorted(
        name for name in UNRECORDED if name not in named and product.module(name.rpartition(".")[0]) is not None
    )
    return found + [f"{name}: is excused in tools/audited_actions.py and need not be" for name in needless]
