"""What may stand nowhere is found, and what may is not."""

from pathlib import PurePosixPath

import pytest

from tools import forbidden, private_replacements

pytestmark = pytest.mark.sqlite_only
AT = "https:" + "//registry.example"


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("doanso/home/templates/home/a.html", '<p style="color: red">'),
        ("doanso/home/templates/home/a.html", "<script>alert(1)</script>"),
        ("doanso/home/templates/home/a.html", '<button onclick="x()">'),
        ("doanso/home/templates/home/a.html", '<p class="ds-eyebrow">{{ unit }} · {{ day }}</p>'),
        ("doanso/home/templates/home/a.html", "{% blocktranslate trimmed count n=left with left=left|vi_number %}"),
        ("doanso/home/templates/home/a.html", "{% blocktranslate with day=day rows=title count n=rows|length %}"),
        ("docs/a.md", f"{AT}/x/-/x-1.0.tgz"),
        ("requirements/a.in", f"--index-url {AT}/simple/"),
        ("doanso/members/views/memberships.py", "Member.objects.get(pk=1)"),
        ("doanso/members/views/list.py", "Member.objects.get(pk=1)"),
        ("doanso/members/views/absences.py", "Member.objects.get(pk=1)"),
        ("doanso/members/queries.py", "connection.cursor()"),
        ("doanso/ledger/actions.py", 'if connection.vendor == "sqlite":'),
        ("doanso/members/actions.py", "day = date.today()"),
        ("doanso/members/actions.py", "at = timezone.now()"),
        ("doanso/members/apps.py", "post_save.connect(x)"),
        ("doanso/members/actions.py", "import urllib.request"),
        ("doanso/members/actions.py", 'key = sealing.look_up(f"{unit_id}|{inputs!r}", context="x")'),
        ("doanso/members/tests/test_x.py", '    assert page.get_by_text("Xong").first.is_visible()'),
        ("doanso/members/actions.py", "key = hashlib.sha256(json.dumps(asdict(one)).encode())"),
        ("doanso/home/templates/home/a.html", '<button class="ds-btn ds-btn-p">'),
        ("doanso/members/tests/test_x.py", """    assert '<p class="due">' in page"""),
        ("doanso/members/tests/test_x.py", """    rows = re.findall(r"<p class=\\"due\\">", page)"""),
        ("doanso/members/tests/lists/test_x.py", '    assert page.count("ds-pill") == 2'),
        ("doanso/members/tests/test_x.py", '    page.locator(".badge").click()'),
        ("doanso/members/tests/test_x.py", '    page.click("#list a.name")'),
        ("doanso/members/tests/test_x.py", """    page.locator(f"[data-row='{row.pk}'] .badge").click()"""),
        ("doanso/members/tests/test_x.py", """    page.locator("label.is-on:has-text('Xong')")"""),
        ("doanso/members/tests/test_x.py", """    page.evaluate("document.querySelector('.badge').click()")"""),
        ("doanso/members/tests/test_x.py", '    expect(button).to_have_class("late")'),
    ],
)
def test_forbidden_line_is_found(path, line):
    assert [found.split(":")[:2] for found in forbidden.judge(PurePosixPath(path), f"\n{line}\n")] == [[path, "2"]]


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("doanso/home/templates/home/a.html", '<script type="module" src="{% static "ds/menu.js" %}"></script>'),
        ("doanso/home/templates/home/a.html", '<p class="style">'),
        ("doanso/home/templates/home/a.html", '<p class="ds-eyebrow">{{ unit }}&nbsp;· {{ day }}</p>'),
        ("doanso/home/templates/home/a.html", "{% blocktranslate trimmed count n=left with number=left|vi_number %}"),
        ("doanso/home/templates/home/a.html", "{% blocktranslate with passed=passed count=count %}"),
        ("doanso/home/templates/home/a.html", "{% blocktranslate count n=a %}{% blocktranslate with a=a %}"),
        ("doanso/members/queries.py", "Member.objects.get(pk=1)"),
        ("doanso/members/tests/test_x.py", "day = date.today()"),
        ("doanso/members/tests/test_x.py", '    expect(page.get_by_text("Xong")).to_be_visible()'),
        ("doanso/lib/database/__init__.py", "connection.cursor()"),
        ("doanso/lib/clock.py", "datetime.now(UTC)"),
        ("doanso/home/templates/home/a.html", '<button class="ds-btn ds-btn-p" data-primary>'),
        ("doanso/members/tests/test_x.py", '    page.locator("[data-state=overdue]").click()'),
        ("doanso/members/tests/test_x.py", """    page.locator("a[href$='.xlsx']").click()"""),
        ("doanso/members/tests/test_x.py", """    page.locator("button:has-text('v1.a')").click()"""),
        ("doanso/members/tests/test_x.py", '    page.fill("#email", "an@doan.example")'),
        ("doanso/tests/test_style_sheets.py", """    assert 'class="ds-btn"' in page"""),
        ("doanso/members/actions.py", "day = clock.today()"),
        ("doanso/members/actions.py", 'raise LookupError(f"{code!r} is not known")'),
    ],
)
def test_allowed_line_is_not(path, line):
    assert list(forbidden.judge(PurePosixPath(path), line)) == []


def test_long_file_is_found():
    text = "x = 1\n" * 501

    assert list(forbidden.judge(PurePosixPath("doanso/a.py"), text)) == [
        "doanso/a.py: 501 lines; make it a folder of files of at most 500"
    ]


@pytest.mark.parametrize(
    "line",
    [
        'monkeypatch.setattr(ports, "_kinds", {})',
        'monkeypatch.setattr("doanso.home.serving._port", 1)',
        'monkeypatch.delattr(phone, "_post")',
        'monkeypatch.setitem(ports._kinds, "x", kind)',
        'setattr(actions.issuing, "_issue", gone)',
        'with patch.object(api, "_read"): pass',
        'with mock.patch("doanso.sync.api._read"): pass',
        "with mock.patch.multiple(api, _read=None): pass",
        "with mock.patch.dict(reading._LIMITS, pages=1): pass",
        "supervisor._looked_at = 0",
        "supervisor._looked_at += 1",
        "del module._cache",
        'ports._kinds["x"] = kind',
        "ports._kinds.clear()",
        'with patch.object(actions, name): run("_issue")',
        'from doanso.sync import ports; monkeypatch.setattr(ports, "_kinds", {})',
    ],
)
def test_a_private_name_that_a_test_replaces_is_found(line):
    path = PurePosixPath("doanso/sync/tests/test_x.py")

    assert list(forbidden.judge(path, f"\n{line}\n")) == [f"{path}:2: {private_replacements.INSTEAD}"]


@pytest.mark.parametrize(
    "line",
    [
        'monkeypatch.setattr(ports, "registered_kinds", {})',
        'monkeypatch.setattr("doanso.home.serving.PORT", 1)',
        'monkeypatch.setattr(module, "__file__", "x")',
        'client.patch("/api/_x", {})',
        'session.update({"_auth_user_id": "1"})',
        'monkeypatch.setitem(session, "_auth_user_id", "1")',
        'from asn1crypto.x509 import NameTypeAndValue; monkeypatch.setattr(NameTypeAndValue, "_prep", None)',
        "import library; library._cache.clear()",
        "row._state.adding = True",
        "def __init__(self): self._lines = []",
        "assert inbox._compiled.cache_info()",
    ],
)
def test_what_else_a_test_replaces_is_not(line):
    assert list(forbidden.judge(PurePosixPath("doanso/sync/tests/test_x.py"), line)) == []


def test_the_product_sets_its_private_names():
    assert list(forbidden.judge(PurePosixPath("doanso/sync/ports.py"), "ports._kinds.clear()")) == []
