"""The contract on private rooms notices who comes in, and leaves the owner alone."""

import grimp
import pytest

from tools.contracts import PrivateRooms

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def broken(tmp_path, monkeypatch):
    """Two apps, `a` and `b`; answer the forbidden imports, given the text of a/actions.py."""
    for path in (
        "house/a/rules.py",
        "house/a/views.py",
        "house/b/rules.py",
        "house/b/actions.py",
        "house/b/_own.py",
        "house/urls.py",
    ):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
        (tmp_path / path).with_name("__init__.py").touch()
    (tmp_path / "house" / "urls.py").write_text("from house.a import views\n", encoding="ascii")
    monkeypatch.syspath_prepend(tmp_path)

    def judge(text):
        (tmp_path / "house" / "a" / "actions.py").write_text(text, encoding="ascii")
        options = {"root": "house", "private": ["views", "rules"]}
        contract = PrivateRooms("private", session_options={}, contract_options=options)
        return contract.check(grimp.build_graph("house", cache_dir=None), verbose=False).metadata["broken"]

    return judge


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("from house.b import rules\n", [("house.a.actions", "house.b.rules")]),
        ("import house.b._own\n", [("house.a.actions", "house.b._own")]),
        ("from house.b import actions\nfrom house.a import rules\n", []),
    ],
    ids=["rules", "underscored", "allowed"],
)
def test_only_the_owner_enters(broken, text, expected):
    assert broken(text) == expected
