"""Import cycles are found wherever the import stands, and what is no cycle is not reported."""

import subprocess
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import cycles
from tools.cycles import ModuleSource

pytestmark = pytest.mark.sqlite_only


def modules(**texts):
    """Sources by module name, `__` for a dot; a package is what others lie below."""
    names = {name.replace("__", "."): text for name, text in texts.items()}
    return {
        name: ModuleSource(text, any(other.startswith(f"{name}.") for other in names)) for name, text in names.items()
    }


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (modules(a="import b", b="import a"), [["a", "b"]]),
        (modules(a="import b", b="import c", c="import a", d="import a"), [["a", "b", "c"]]),
        (modules(a="import b", b="import a", c="import d", d="import c"), [["a", "b"], ["c", "d"]]),
        (modules(a="def f():\n    import b", b="class B:\n    def f(self):\n        import a"), [["a", "b"]]),
        (
            modules(a="try:\n    import b\nexcept ImportError:\n    pass", b="if x:\n    pass\nelse:\n    import a"),
            [["a", "b"]],
        ),
        (modules(p="", p__a="from p import b", p__b="from p.a import x"), [["p.a", "p.b"]]),
        (modules(p="", p__a="from . import b", p__b="from .a import x"), [["p.a", "p.b"]]),
        # A package whose __init__ imports its module, which asks the package for a name of its own.
        (modules(p="from p.a import x", p__a="from p import y"), [["p", "p.a"]]),
        (modules(p="from p.a import x", p__a="from . import y"), [["p", "p.a"]]),
        # Importing p.b runs the __init__ of p first.
        (modules(a="import p.b", p="import a", p__b=""), [["a", "p"]]),
        (modules(a="from p import b", p="import a", p__b=""), [["a", "p"]]),
        (modules(a="if TYPE_CHECKING:\n    pass\nelse:\n    import b", b="import a"), [["a", "b"]]),
    ],
)
def test_cycle_is_found(sources, expected):
    assert cycles.cycles(cycles.import_graph(sources)) == expected


@pytest.mark.parametrize(
    "sources",
    [
        modules(a="import b\nimport c", b="import c", c="import json"),
        modules(a="if TYPE_CHECKING:\n    import b", b="import a"),
        modules(a="if typing.TYPE_CHECKING:\n    from b import x", b="import a"),
        # The package is running already when its own modules import each other.
        modules(p="from p import a, b", p__a="from p import b", p__b=""),
        modules(p="from p.a import x", p__a="from . import b", p__b="import json"),
        modules(a='"""import b"""\ntasks = "b"', b="import a"),
    ],
)
def test_no_cycle_is_found_where_none_is(sources):
    assert cycles.cycles(cycles.import_graph(sources)) == []


@given(st.dictionaries(st.integers(0, 7), st.sets(st.integers(0, 7)), min_size=1))
def test_components_are_those_that_reach_each_other(edges):
    graph = {str(node): {str(target): 1 for target in edges.get(node, ())} for node in range(8)}
    reached = {node: set(targets) for node, targets in graph.items()}
    for middle in graph:
        for node in graph:
            if middle in reached[node]:
                reached[node] |= reached[middle]
    expected = {
        tuple(sorted(other for other in graph if other in reached[node] and node in reached[other])) for node in graph
    }

    assert cycles.cycles(graph) == sorted(list(members) for members in expected if members)


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("doanso/files/actions/__init__.py", "doanso.files.actions"),
        ("doanso/files/tasks.py", "doanso.files.tasks"),
        ("agent/doanso_sign/keys.py", "doanso_sign.keys"),
        ("conftest.py", "conftest"),
    ],
)
def test_modules_are_named_as_they_are_imported(path, name):
    assert cycles.module_name(PurePosixPath(path)) == name


def test_complaint_names_every_import_of_a_cycle(tmp_path: Path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a.py").write_text('"""A."""\n\nimport b\nimport c\n', encoding="ascii")
    (tmp_path / "b.py").write_text("def f():\n    import a\n", encoding="ascii")
    (tmp_path / "c.py").write_text("", encoding="ascii")

    assert cycles.complaints(tmp_path) == ["Import cycle: a, b", "  a.py:3: imports b", "  b.py:2: imports a"]
