"""Import cycles between the modules of the repository.

An edge leads from a module to each module that Python runs for one of its import statements: the named module, and the
`__init__` of every package above it, except the packages that contain the importer, because these run already. Imports inside
functions count, because they only move the failure of a cycle to the time of the call; imports under `TYPE_CHECKING` never run
and do not count.
"""

import ast
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools import forbidden

SOURCE_ROOTS = ("agent",)
"""Folders whose modules are imported without the folder's name."""
Graph = Mapping[str, Mapping[str, int]]
"""For each module the modules that it imports, with the line of the first such import."""


@dataclass(frozen=True)
class ModuleSource:
    """The text of one module, and whether it is a package's `__init__`."""

    text: str
    is_package: bool


def module_name(path: PurePosixPath) -> str:
    """Return the dotted name of the module in a file; of a package for its `__init__.py`."""
    parts = path.with_suffix("").parts
    if parts[0] in SOURCE_ROOTS:
        parts = parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def import_graph(sources: Mapping[str, ModuleSource]) -> Graph:
    """Return the imports among the modules; other modules are left out."""
    return {name: _imported_modules(name, source, sources.keys()) for name, source in sources.items()}


def cycles(graph: Graph) -> list[list[str]]:
    """Return every set of modules that all import each other, directly or through others, each sorted."""
    return sorted(
        sorted(component)
        for component in _strong_components(graph)
        if len(component) > 1 or component[0] in graph[component[0]]
    )


def complaints(root: Path) -> list[str]:
    """Return every cycle of the repository: a line with its modules, then one per import between them."""
    paths = {module_name(path): path for path in forbidden.tracked(root) if path.suffix == ".py"}
    graph = import_graph(
        {
            name: ModuleSource((root / path).read_text(encoding="utf-8"), path.name == "__init__.py")
            for name, path in paths.items()
        }
    )
    lines = []
    for members in cycles(graph):
        lines.append(f"Import cycle: {', '.join(members)}")
        lines.extend(
            f"  {paths[importer]}:{line}: imports {imported}"
            for importer in members
            for imported, line in graph[importer].items()
            if imported in members
        )
    return lines


def _imported_modules(importer: str, source: ModuleSource, modules: Set[str]) -> dict[str, int]:
    imported: dict[str, int] = {}
    package = importer if source.is_package else importer.rpartition(".")[0]
    for node in _import_statements(ast.parse(source.text)):
        for target in _targets(node, package, modules):
            for name in _run_for(target, importer, modules):
                imported.setdefault(name, node.lineno)
    return imported


def _import_statements(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield the import statements that run, in the order of the text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        elif isinstance(node, ast.If) and _is_type_checking(node.test):
            for statement in node.orelse:
                yield from _import_statements(ast.Module([statement], []))
        else:
            yield from _import_statements(node)


def _is_type_checking(test: ast.expr) -> bool:
    return (test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")) == "TYPE_CHECKING"


def _targets(node: ast.Import | ast.ImportFrom, package: str, modules: Set[str]) -> Iterator[str]:
    """Yield the modules that a statement names; `from package import name` names a module where `name` is one."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    base = node.module or ""
    if node.level:
        parents = package.split(".")
        base = ".".join([*parents[: len(parents) - node.level + 1], *([node.module] if node.module else [])])
    for alias in node.names:
        submodule = f"{base}.{alias.name}"
        yield submodule if submodule in modules else base


def _run_for(target: str, importer: str, modules: Set[str]) -> Iterator[str]:
    """Yield the modules that run when `importer` imports `target`: itself and the packages that do not contain the importer."""
    parts = target.split(".")
    for length in range(1, len(parts) + 1):
        name = ".".join(parts[:length])
        if name in modules and (length == len(parts) or not f"{importer}.".startswith(f"{name}.")):
            yield name


def _strong_components(graph: Graph) -> list[list[str]]:
    """Return the strongly connected components (Tarjan 1972), without recursion, because chains of imports are long."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    on_path: set[str] = set()
    components: list[list[str]] = []

    def enter(module: str) -> tuple[str, Iterator[str]]:
        number[module] = lowest[module] = len(number)
        path.append(module)
        on_path.add(module)
        return module, iter(graph[module])

    for start in graph:
        if start in number:
            continue
        calls = [enter(start)]
        while calls:
            module, imports = calls[-1]
            for imported in imports:
                if imported not in number:
                    calls.append(enter(imported))
                    break
                if imported in on_path:
                    lowest[module] = min(lowest[module], number[imported])
            else:
                calls.pop()
                if calls:
                    caller = calls[-1][0]
                    lowest[caller] = min(lowest[caller], lowest[module])
                if lowest[module] == number[module]:
                    component = path[path.index(module) :]
                    del path[path.index(module) :]
                    on_path.difference_update(component)
                    components.append(component)
    return components
