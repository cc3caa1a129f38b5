"""The doorstep app as files: the same for everybody, unchanged below their version, without anybody's data."""

import gzip
import json

import pytest
from django.test import Client

from doanso.outreach.views import phone

pytestmark = pytest.mark.sqlite_only

# What a first visit loads, compressed as the middleware does: at 400 Kbit/s this is two seconds.
MOST_FIRST_LOAD = 100_000


def test_strangers_and_helpers_get_the_same_shell_without_a_cookie(tree, as_user):
    stranger = Client().get("/door/")
    helper = as_user(tree.lan).get("/door/")

    assert (stranger.status_code, stranger.content) == (200, helper.content)
    assert "Bùi Thị Lan" not in helper.content.decode()
    assert not stranger.cookies
    assert not helper.cookies
    assert stranger["Cache-Control"] == "no-cache, public"


def test_the_shell_allows_our_files_the_scanner_and_pictures_taken_here(db):
    policy = Client().get("/door/")["Content-Security-Policy"]

    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"
    assert (rules["worker-src"], rules["connect-src"], rules["style-src"]) == ("'self'", "'self'", "'self'")
    assert (rules["img-src"], rules["media-src"]) == ("'self' data: blob:", "'self' blob:")
    assert "unsafe-inline" not in policy


def test_other_pages_do_not_get_the_scanners_policy(db):
    assert "wasm" not in Client().get("/login/")["Content-Security-Policy"]


def test_a_phone_that_has_this_version_is_answered_not_modified(db):
    first = Client().get("/door/")

    for address in ("/door/", "/door/app.json", "/door/sw.js"):
        again = Client().get(address, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_the_list_names_every_file_and_all_are_there(db):
    listing = Client().get("/door/app.json").json()

    assert listing["files"][0] == listing["shell"] == "/door/"
    assert f"/door/app/{listing['version']}/app.js" in listing["files"]
    assert f"/door/app/{listing['version']}/phone.css" in listing["files"]
    assert not [path for path in listing["files"] + listing["later"] if "/tests/" in path or "README" in path]
    own = [path for path in (*listing["files"], *listing["later"]) if path.startswith("/door/app/")]
    for address in own:
        response = Client().get(address)
        assert response.status_code == 200, address
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert response["X-Content-Type-Options"] == "nosniff"


def test_the_scanner_comes_later_and_as_what_it_is(db):
    listing = Client().get("/door/app.json").json()
    wasm = [path for path in listing["later"] if path.endswith(".wasm")]

    assert len(wasm) == 1
    assert not [path for path in listing["files"] if "zxing" in path]
    assert Client().get(wasm[0])["Content-Type"] == "application/wasm"


def test_the_worker_begins_with_the_list(db):
    source = Client().get("/door/sw.js")

    first, _rest = source.content.decode().split("\n", 1)
    assert source["Content-Type"].startswith("text/javascript")
    assert json.loads(first.removeprefix("self.doorApp = ").removesuffix(";")) == Client().get("/door/app.json").json()


@pytest.mark.parametrize(
    "path",
    ["app/000000000000/app.js", "app/{version}/nothing.js", "app/{version}/../urls.py", "app/{version}/README.md"],
)
def test_what_is_not_of_this_version_is_not_there(db, path):
    assert Client().get("/door/" + path.format(version=phone.bundle().version)).status_code == 404


def test_a_first_load_fits_its_budget(db):
    listing = Client().get("/door/app.json").json()
    size = 0
    for address in listing["files"]:
        if address.startswith("/door/"):
            size += len(gzip.compress(Client().get(address).content, 6))
    for name in phone.STATIC:
        size += len(gzip.compress((phone.APP.parent / "static" / name).read_bytes(), 6))
    size += len(gzip.compress(Client().get("/door/sw.js").content, 6))

    assert size <= MOST_FIRST_LOAD, size


def test_a_module_goes_out_without_comments_and_indentation():
    source = (
        "// @ts-check\n/**\n * What it does.\n * @param {string} a\n */\nexport function f(a) {\n  // why\n"
        '  /** @type {any} */ (a).b = "// no comment";\n  return /* in line */ a;\n}\n'
    )

    assert phone.lean(source) == (
        'export function f(a) {\n/** @type {any} */ (a).b = "// no comment";\nreturn /* in line */ a;\n}\n'
    )


def test_a_module_with_a_text_of_several_lines_is_left_alone():
    source = "const a = `\n  // part of it\n`;\n"

    assert phone.lean(source) == source


def test_every_icon_that_a_module_names_is_in_the_shell(db):
    page = Client().get("/door/").content.decode()

    for name in ("cloud-off", "cloud-check", "home-heart", "qrcode", "arrow-left", "shield-check"):
        assert f'<symbol id="i-{name}" ' in page
