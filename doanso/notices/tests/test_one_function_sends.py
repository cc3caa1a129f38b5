"""Each kind of notices is sent by one function of its owner's `notices.py`, and by nothing else."""

import ast
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).parents[2]
SENDERS = {"notify", "notify_many"}


def _modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        relative = path.relative_to(PACKAGE)
        if relative.parts[0] != "notices" and "tests" not in relative.parts and "migrations" not in relative.parts:
            yield relative, ast.parse(path.read_text(encoding="utf-8"))


def _imports_senders(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "doanso.notices.actions":
            if any(name.name in SENDERS for name in node.names):
                return True
        # The module as a whole, under whatever name.
        if isinstance(node, ast.ImportFrom) and node.module == "doanso.notices":
            if any(name.name == "actions" for name in node.names):
                return True
        if isinstance(node, ast.Import) and any(name.name.startswith("doanso.notices") for name in node.names):
            return True
    return False


def test_only_modules_named_notices_send():
    senders = [str(path) for path, tree in _modules() if _imports_senders(tree)]
    assert [path for path in senders if Path(path).name != "notices.py"] == []


def _kinds_sent(tree: ast.Module) -> list[str]:
    """The first arguments of all calls of the senders in a module."""
    kinds = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in SENDERS:
                kinds.append(ast.unparse(node.args[0]))
    return kinds


def test_each_kind_is_sent_by_one_function():
    for path, tree in _modules():
        if path.name != "notices.py":
            continue
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        by_function = [set(_kinds_sent(ast.Module([function], []))) for function in functions]
        counts = Counter(kind for kinds in by_function for kind in kinds)
        assert {kind: count for kind, count in counts.items() if count > 1} == {}, path
        assert all(len(kinds) <= 1 for kinds in by_function), path
