"""The kinds that the product's apps register: named after their owner, read by somebody, with an icon that exists."""

import json
from pathlib import Path

import pytest
from django.apps import apps

from doanso.access.roles import GRANTS
from doanso.notices import ports

# As registered at start; the fixture of this folder replaces them while a test runs.
KINDS = [kind for kind in ports.notice_kinds() if not kind.code.startswith("tests.")]
MANIFEST = Path(__file__).parents[2] / "static" / "vendor" / "manifest.json"


@pytest.mark.parametrize("kind", KINDS, ids=[kind.code for kind in KINDS])
def test_a_kind_is_named_after_its_owner_and_read_by_somebody(kind):
    owner = kind.code.partition(".")[0]
    assert apps.is_installed(f"doanso.{owner}")
    assert str(kind.name)
    if kind.permission is not None:
        assert any(kind.permission.name in permissions for permissions in GRANTS.values())
        assert kind.permission.unit_of == "unit_id"
    assert f'"{kind.icon}"' in json.dumps(json.loads(MANIFEST.read_text(encoding="utf-8")))
