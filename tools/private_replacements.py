"""Check that tests replace no private name of our own code, because such a test fails when only the inside changes.

Found are names with one leading underscore that `setattr`, `delattr` or `mock.patch` replaces, that are assigned or deleted on
another object, or whose container is changed. A private name of an imported library may be replaced: a library offers no other
way. Values are not followed: an object that no import names counts as our own.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

FRAMEWORK = frozenset({"_state"})
"""Names that Django documents for its models' instances."""
INSTEAD = "replace what is public: give real inputs, replace a public function, or make the seam public"

_OWN = frozenset({"agent", "bench", "conftest", "doanso", "tools"})
_PRIVATE = re.compile(r"_(?!_)\w+")
_DOTTED = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)+")
_ATTRIBUTE = frozenset({"delattr", "setattr", "patch.object", "patch.multiple"})
_ITEM = frozenset({"delitem", "setitem", "patch.dict"})
_MUTATING = frozenset(
    {"add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"}
)


def applies(path: PurePosixPath) -> bool:
    """Return whether the file belongs to tests."""
    return path.suffix == ".py" and ("tests" in path.parts or path.name in {"conftest.py", "testing.py"})


def complaints(path: PurePosixPath, text: str) -> Iterator[str]:
    """Yield one complaint for each line that replaces a private name, as `path:line: what to do instead`."""
    if not applies(path):
        return
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return
    for line in sorted(_lines(tree)):
        yield f"{path}:{line}: {INSTEAD}"


def _lines(tree: ast.Module) -> set[int]:
    packages = _packages(tree)
    lines: set[int] = set()
    takes_any_name = False
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if _replaces(node, packages):
                lines.add(node.lineno)
            takes_any_name |= _function(node) in _ATTRIBUTE and any(
                not isinstance(name, ast.Constant) for name in node.args[1:2]
            )
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            if _is_ours(node, packages):
                lines.add(node.lineno)
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            if _is_ours(node.value, packages):
                lines.add(node.lineno)
    if takes_any_name:
        # The replaced name comes from a list or a parameter of the test.
        lines |= {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Constant) and _is_private(node.value)}
    return lines


def _packages(tree: ast.Module) -> dict[str, str]:
    """Return the top-level package of each imported name; a relative import is our own."""
    packages: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                packages[alias.asname or alias.name.partition(".")[0]] = alias.name.partition(".")[0]
        elif isinstance(node, ast.ImportFrom):
            module = "doanso" if node.level or node.module is None else node.module
            packages |= {alias.asname or alias.name: module.partition(".")[0] for alias in node.names}
    return packages


def _function(call: ast.Call) -> str:
    """Return the name of the called function: of `mock.patch` and its methods with `patch`, else the last part."""
    parts = ast.unparse(call.func).split(".")
    return ".".join(parts[-2:]) if parts[-2:-1] == ["patch"] and parts[-1] not in {"setattr", "setitem"} else parts[-1]


def _replaces(call: ast.Call, packages: Mapping[str, str]) -> bool:
    function, first = _function(call), call.args[0] if call.args else None
    if isinstance(call.func, ast.Attribute) and call.func.attr in _MUTATING and _is_ours(call.func.value, packages):
        return True
    if first is None or function not in _ATTRIBUTE | _ITEM | {"patch"}:
        return False
    if isinstance(first, ast.Constant):
        return _is_private_path(first.value)
    if function in _ITEM:
        return _is_ours(first, packages)
    second = call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else None
    keywords = [keyword.arg for keyword in call.keywords] if function == "patch.multiple" else []
    names = any(map(_is_private, [second, *keywords]))
    return (names and not _is_imported(first, packages)) or _is_ours(first, packages)


def _is_ours(node: ast.expr, packages: Mapping[str, str]) -> bool:
    """Return whether the expression reads a private attribute of something that no library defines."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        if isinstance(node, ast.Attribute) and _is_private(node.attr) and node.attr not in FRAMEWORK:
            owner = node.value
            is_own_object = isinstance(owner, ast.Name) and owner.id in {"self", "cls"}
            return not is_own_object and not _is_imported(owner, packages)
        node = node.value
    return False


def _is_imported(node: ast.expr, packages: Mapping[str, str]) -> bool:
    """Return whether the expression begins with a name imported from a library."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return isinstance(node, ast.Name) and packages.get(node.id, "doanso") not in _OWN


def _is_private(value: object) -> bool:
    return isinstance(value, str) and _PRIVATE.fullmatch(value) is not None


def _is_private_path(value: object) -> bool:
    """Return whether the text is the path of a private name of our own code, as `"doanso.home.serving._port"`."""
    if not isinstance(value, str) or _DOTTED.fullmatch(value) is None:
        return False
    parts = value.split(".")
    return parts[0] in _OWN and any(map(_is_private, parts))
