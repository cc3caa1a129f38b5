"""Check that actions of users leave an entry in the audit log.

An action is a public function with a parameter `actor` in a module of actions. One that writes rows and from which `audit`'s
`record` or `record_many` cannot be reached is reported, unless an action that records calls it or `UNRECORDED` says why it leaves
no entry. Names are followed through imports and calls, not through values: the check finds actions that record nothing at all,
never a branch that forgets to.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import forbidden
from tools.cycles import module_name

RECORDS = frozenset({("doanso.audit.actions", "record"), ("doanso.audit.actions", "record_many")})
WRITES = frozenset(
    {"save", "create", "bulk_create", "bulk_update", "delete", "get_or_create", "update_or_create"}
    | {"save_changed", "insert_rows", "insert_new_rows"}
)
"""Names that write rows when they are called; `update` does with keywords."""
SIDE_EFFECTS = ("doanso.ledger.", "doanso.lib.", "doanso.audit.", "doanso.notices.", "doanso.files.")
"""Modules whose rows are no change of the action's own: entries of the ledger, notices, stored bytes."""
UNRECORDED = {
    "doanso.accounts.actions.choose_theme": "a preference of the user's own screen",
    "doanso.accounts.actions.pin_page": "a preference of the user's own screen",
    "doanso.accounts.actions.unpin_page": "a preference of the user's own screen",
    "doanso.setup.actions.first_setup.put_checklist_away": "a preference of the user's own screen",
    "doanso.setup.actions.first_setup.show_checklist_again": "a preference of the user's own screen",
    "doanso.adoption.actions.bulk.mark_opened": "a step of `attest_many`, which records all that are confirmed",
    "doanso.documents.actions.working_copies.bring_word_file": "seen by its author alone until it is kept as a version",
    "doanso.documents.actions.working_copies.keep_working_copy": "seen by its author alone until it is kept as a version",
    "doanso.signing.actions.signatures.renew_secret": "a step of the signer's own session, which is recorded when it is signed",
}
"""Actions that need no entry -> why."""
_HERE = "UNRECORDED in tools/audited_actions.py"

type Name = tuple[str, str]
"""A module, and a function of it; a method as `Class.method`."""


class _Module:
    """A module of the product: its functions and methods, and what its imports mean."""

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


class _CallGraph:
    """Which functions of the product each one names. Modules are parsed when they are first asked for: half of them never are."""

    def __init__(self, files: Mapping[str, Path]) -> None:
        self._files = files
        self._modules: dict[str, _Module] = {}
        self._named: dict[Name, frozenset[Name]] = {}

    def module(self, name: str) -> _Module | None:
        if name not in self._modules and name in self._files:
            self._modules[name] = _Module(name, self._files[name].read_text(encoding="utf-8"))
        return self._modules.get(name)

    def node(self, function: Name) -> ast.FunctionDef | None:
        module = self.module(function[0])
        return module.functions.get(function[1]) if module is not None else None

    def reached_from(self, function: Name) -> set[Name]:
        """Return a function with everything that can be reached from it."""
        seen, waiting = {function}, [function]
        while waiting:
            new = self._named_in(waiting.pop()) - seen
            seen |= new
            waiting += new
        return seen

    def _named_in(self, function: Name) -> frozenset[Name]:
        if function not in self._named:
            self._named[function] = frozenset(self._find_named(function))
        return self._named[function]

    def _find_named(self, function: Name) -> Iterator[Name]:
        module, node = self.module(function[0]), self.node(function)
        if module is None or node is None:
            return
        for part in ast.walk(node):
            meant = None
            if isinstance(part, ast.Name):
                meant = self._resolve(module, part.id)
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                meant = self._resolve_attribute(module, function[1], part.value.id, part.attr)
            if meant is not None:
                yield meant

    def _resolve(self, module: _Module, name: str) -> Name | None:
        """Return the function that a name means in a module; None if it is none of the product's."""
        if name in module.functions:
            return module.name, name
        origin = module.imports.get(name)
        if origin is None or origin in RECORDS:
            return origin
        home = self.module(origin[0])
        return self._resolve(home, origin[1]) if home is not None and home is not module else None

    def _resolve_attribute(self, module: _Module, function: str, owner: str, name: str) -> Name | None:
        """Return the function that `owner.name` means: of an imported module, or of the class of `self`."""
        if owner in ("self", "cls"):
            method = f"{function.partition('.')[0]}.{name}"
            return (module.name, method) if method in module.functions else None
        origin = module.imports.get(owner)
        home = self.module(".".join(origin)) if origin is not None else None
        return self._resolve(home, name) if home is not None else None


def _writes(node: ast.FunctionDef | None) -> bool:
    for part in ast.walk(node) if node is not None else ():
        if isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if name in WRITES or (name == "update" and part.keywords):
                return True
    return False


def _is_action(name: str, node: ast.FunctionDef) -> bool:
    has_actor = "actor" in {argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)}
    return has_actor and not name.rpartition(".")[2].startswith("_")


def _silent_actions(graph: _CallGraph, modules: list[str]) -> dict[Name, int]:
    """Return the actions that write rows and leave no entry, each with its line."""
    recorded: set[Name] = set()
    silent: dict[Name, int] = {}
    for module in filter(None, map(graph.module, modules)):
        for name, node in module.functions.items():
            reached = graph.reached_from((module.name, name))
            if reached & RECORDS:
                recorded |= reached
            elif _is_action(name, node):
                own = (function for function in reached if not function[0].startswith(SIDE_EFFECTS))
                if any(_writes(graph.node(function)) for function in own):
                    silent[module.name, name] = node.lineno
    return {name: line for name, line in silent.items() if name not in recorded}


def complaints(root: Path, excused: Mapping[str, str] = UNRECORDED) -> list[str]:
    """Return a line for each action that writes rows and leaves no entry, and for each excuse that is needed no more."""
    files = {
        module_name(path): path
        for path in forbidden.tracked(root)
        if path.suffix == ".py" and path.parts[0] == "doanso" and not {"tests", "migrations"} & set(path.parts)
    }
    graph = _CallGraph({name: root / path for name, path in files.items()})
    silent = _silent_actions(graph, sorted(name for name in files if "actions" in name.split(".")[2:]))
    unknown = [
        f"{files[module]}:{line}: {name} writes rows and no audit entry: call audit's record(), or give the reason in {_HERE}"
        for (module, name), line in silent.items()
        if f"{module}.{name}" not in excused
    ]
    needless = excused.keys() - {".".join(name) for name in silent}
    return unknown + [f"{name} leaves an entry by now or is gone: take it out of {_HERE}" for name in sorted(needless)]
