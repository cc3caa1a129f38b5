"""No page of the documentation points at a file that is not there."""

import re
from pathlib import Path

import pytest

from tools import forbidden

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")


def test_every_link_leads_somewhere():
    dead = [
        f"{page}: {target}"
        for page in forbidden.tracked(ROOT)
        if page.suffix == ".md"
        for target in LINK.findall((ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page).parent.joinpath(target).exists()
    ]

    assert dead == []


def test_every_app_has_its_page():
    without = [
        app.parent.name for app in sorted(ROOT.glob("doanso/*/apps.py")) if not (app.parent / "README.md").exists()
    ]

    assert without == []
