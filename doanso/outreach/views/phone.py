"""The doorstep app as files: a page without data, its modules under addresses whose bytes never change, its service worker.

No sign-in is needed to fetch it: it opens without a network, and contains nobody's data.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import unescape

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.csp import CSP
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.csp import csp_override
from django.views.decorators.http import condition, require_safe

APP = Path(__file__).resolve().parents[2] / "phone"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
# Fetched when needed: only a phone that cannot read a QR by itself loads the reader, and icons are the launcher's.
LATER = ("vendor/zxing/", "icon-")
# Fetched by the worker as soon as it is active, for a day without a network: no first load needs them.
SOON = (
    "amending.js",
    "banks.js",
    "check_ins.js",
    "checks.js",
    "event_words.js",
    "gate.css",
    "logs.js",
    "screens/amend.js",
    "screens/awake.js",
    "screens/cards.js",
    "screens/confirm.js",
    "screens/events.js",
    "screens/found.js",
    "screens/gate.js",
    "screens/log_screen.js",
    "screens/sent.js",
    "screens/settings.js",
    "screens/shop.js",
    "screens/shops.js",
    "screens/stand.js",
    "screens/stand_waiting.js",
    "settings_words.js",
    "sheets.js",
    "shop_words.js",
    "shops.css",
    "sightings.js",
    "stand.css",
    "stand_desk.js",
    "stand_turns.js",
    "stand_words.js",
    "turn_log.js",
    "vietqr.js",
)
STATIC = ("ds/theme.css", "ds/mark.svg")
# A first load uses the phone's own fonts, see phone.css.
STATIC_LATER = ("vendor/inter/inter-latin-wght-normal.woff2", "vendor/inter/inter-vietnamese-wght-normal.woff2")
SPRITE = "vendor/tabler-icons/sprite.svg"
# 'wasm-unsafe-eval' lets the scanner's module be compiled, and allows no script beyond our own.
POLICY: dict[str, list[str]] = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, "'wasm-unsafe-eval'"],
    "worker-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "media-src": [CSP.SELF, "blob:"],
    "manifest-src": [CSP.SELF],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
YEAR = 365 * 24 * 3600
BLOCK = re.compile(r"^[ \t]*/\*(?:(?!\*/).)*\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
# The notice of a vendored file stays at its beginning.
NOTICE = re.compile(r"(?:[ \t]*//[^\n]*\n)*")


@dataclass(frozen=True)
class PhoneBundle:
    """Every file of the app as served, and the version computed from their bytes."""

    version: str
    files: dict[str, bytes]


def lean(source: str) -> str:
    """Return a module without comments and indentation, which slow a phone on 400 Kbit/s.

    A text over several lines could contain either; a file with one stays as it is.
    """
    if any(line.count("`") % 2 for line in source.splitlines()):
        return source
    lines = (line.strip() for line in BLOCK.sub("", source).splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _packed(source: str, *, vendored: bool) -> str:
    """Return a module as it is served; a vendored one begins with its own notice."""
    notice = match.group() if vendored and (match := NOTICE.match(source)) is not None else ""
    return notice + lean(source)


def _read() -> PhoneBundle:
    """Return the files of the folder; tests and developers' files are left out."""
    files: dict[str, bytes] = {}
    for path in sorted(APP.rglob("*")):
        place = path.relative_to(APP)
        if path.suffix not in TYPES or place.parts[0] in {"tests", "node_modules"}:
            continue
        data = path.read_bytes()
        if path.suffix == ".js" and not place.as_posix().startswith(LATER):
            data = _packed(data.decode(), vendored=place.parts[0] == "vendor").encode()
        files[place.as_posix()] = data
    shell = (APP.parent / "outreach" / "templates" / "outreach" / "phone.html").read_bytes()
    addresses = [static(name) for name in (*STATIC, *STATIC_LATER)]
    digest = hashlib.sha256(shell + json.dumps(addresses).encode())
    for name, data in files.items():
        digest.update(f"{name}\0{len(data)}\0".encode() + data)
    return PhoneBundle(digest.hexdigest()[:12], files)


_kept = cache(_read)


def bundle() -> PhoneBundle:
    """Return the app; in development it is read anew each time."""
    return _read() if settings.DEBUG else _kept()


def _address(version: str, name: str) -> str:
    return reverse("outreach:phone-file", args=[version, name])


def contents() -> dict[str, object]:
    """Return what the worker caches at once; the rest is fetched later."""
    app = bundle()
    own = [name for name in app.files if name != "sw.js"]
    return {
        "version": app.version,
        "shell": reverse("outreach:phone"),
        "files": [
            reverse("outreach:phone"),
            *(_address(app.version, name) for name in own if not name.startswith(LATER) and name not in SOON),
            *(static(name) for name in STATIC),
        ],
        "later": [
            *(_address(app.version, name) for name in own if name.startswith(LATER) or name in SOON),
            *(static(name) for name in STATIC_LATER),
        ],
        "soon": [_address(app.version, name) for name in own if name in SOON],
    }


@cache
def symbols() -> SafeString:
    """Return the icons that the app's modules name, as symbols of the page: `<use>` of another file costs one more request."""
    place = finders.find(SPRITE)
    assert isinstance(place, str)  # noqa: S101 -- one of our own files, under one name
    drawn = dict(re.findall(r'<symbol id="([^"]+)"([^\n]*)', Path(place).read_text(encoding="utf-8")))
    scripts = "\n".join(data.decode() for name, data in bundle().files.items() if name.endswith(".js"))
    named = sorted(name for name in drawn if re.search(rf'["\']{re.escape(unescape(name))}["\']', scripts))
    # The sprite is a file of ours, checked by its hash.
    return mark_safe("".join(f'<symbol id="i-{name}"{drawn[name]}' for name in named))  # noqa: S308


def _version(_request: HttpRequest, **_named: str) -> str:
    return f'"{bundle().version}"'


def _for_everybody(response: HttpResponse) -> HttpResponse:
    """Mark a response as public and to be revalidated each time."""
    patch_cache_control(response, no_cache=True, public=True)
    return response


@require_safe
@csp_override(POLICY)
@condition(etag_func=_version)
def shell(request: HttpRequest) -> HttpResponse:
    """Serve the only page of the app. It is rendered without the request, so that no data of the user can get into it."""
    app = bundle()
    modules = [
        name
        for name in app.files
        if name.endswith(".js") and name not in {"sw.js", *SOON} and not name.startswith("vendor/")
    ]
    page = render_to_string(
        "outreach/phone.html",
        {
            "version": app.version,
            "base": _address(app.version, "app.js").removesuffix("app.js"),
            "modules": [_address(app.version, name) for name in modules],
            "symbols": symbols(),
        },
    )
    return _for_everybody(HttpResponse(page))


@require_safe
@condition(etag_func=_version)
def app_list(request: HttpRequest) -> HttpResponse:
    """Serve the list of the app's files."""
    return _for_everybody(HttpResponse(json.dumps(contents()), content_type="application/json"))


@require_safe
@condition(etag_func=_version)
def worker(request: HttpRequest) -> HttpResponse:
    """Serve the service worker; its first line names the version's files, so a new version is a new worker."""
    source = bundle().files.get("sw.js")
    if source is None:
        raise Http404
    line = f"self.doorApp = {json.dumps(contents())};\n".encode()
    return _for_everybody(HttpResponse(line + source, content_type=TYPES[".js"]))


@require_safe
@condition(etag_func=_version)
def app_file(request: HttpRequest, version: str, path: str) -> HttpResponse:
    """Serve one file of this version, cached for good. Files of older versions are gone: a phone that has one has all of its
    version.
    """
    app = bundle()
    data = app.files.get(path)
    if data is None or version != app.version:
        raise Http404
    response = HttpResponse(data, content_type=TYPES[PurePosixPath(path).suffix])
    patch_cache_control(response, public=True, max_age=YEAR, immutable=True)
    return response
