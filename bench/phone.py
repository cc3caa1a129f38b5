"""Measure the cost of the doorstep app on a cheap phone: bytes and requests until it can be used for the first time, and the
memory it takes with an afternoon's unsent records.

The product's own pages in Debian's Chromium, with a profile of its own. Bytes are those on the wire, compressed. `python -m
bench.phone [RECORDS]`.
"""

import json
import os
import shutil
import socketserver
import sys
import tempfile
import threading
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from bench.measuring import figure, measure_apart

DEFAULT_RECORDS = 300
QUICK_RECORDS = 20
MB = 1 << 20

_SHOWN = "() => document.querySelectorAll('body button, body input, body a').length > 0 && document.body.innerText.length > 60"
_KEEP = """async ({base, unit, records, body, password}) => {
  const [store, vault, device, outbox] = await Promise.all(
    ["store", "vault", "device", "outbox"].map((name) => import(`${base}${name}.js`)));
  await store.open();
  await vault.setUp("204816");
  const me = await (await fetch("/api/v1/devices/me")).json();
  await device.register({name: "Bench", csrf: me.csrf, password});
  for (let at = 0; at < records; at += 1) await outbox.put({kind: "outreach.visit", unit, body});
  return (await outbox.counts()).unsent;
}"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_said: Any) -> None:
        """Print nothing, because a bench prints figures alone."""


class _Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


def _serve() -> int:
    """Serve the product on a free port of this machine; return the port."""
    from django.core.wsgi import get_wsgi_application

    server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


def _measured(records: int) -> list[dict[str, Any]]:
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    from django.test import Client

    from doanso.testing import PASSWORD, grow_tree

    tree = grow_tree()
    signed_in = Client(headers={"host": "localhost"})
    signed_in.force_login(tree.lan)
    address = f"http://localhost:{_serve()}"
    chromium = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine.")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="doanso-phone-") as profile:
        browser = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=chromium,
            args=["--no-sandbox", "--js-flags=--expose-gc"],
            viewport={"width": 390, "height": 844},
        )
        page = browser.pages[0]
        wire = browser.new_cdp_session(page)
        wire.send("Network.enable")
        heads: dict[str, int] = {}
        sizes: dict[str, int] = {}

        def head(payload: Any) -> None:
            heads[payload["requestId"]] = int(payload["response"]["encodedDataLength"])

        def end(payload: Any) -> None:
            sizes[payload["requestId"]] = int(payload["encodedDataLength"])

        wire.on("Network.responseReceived", head)
        wire.on("Network.loadingFinished", end)
        page.goto(f"{address}/door/")
        page.wait_for_function(_SHOWN)
        total, requests = sum(sizes.values()), len(sizes)
        bodies = total - sum(heads[key] for key in sizes)
        [cookie] = [cookie for key, cookie in signed_in.cookies.items() if key.endswith("session")]
        browser.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
        files = page.evaluate("async () => (await (await fetch('/door/app.json')).json())")
        base = next(name for name in files["files"] if name.endswith("/app.js")).removesuffix("app.js")
        body = {
            "outcome": "helped",
            "people": [{"person": {"name": "Nguyễn Văn Bảy", "birth_year": 1951}}],
            "note": "x" * 900,
        }
        payload = {
            "base": base,
            "token": "",
            "unit": "018bc000-0000-7000-8000-000000000001",
            "records": records,
            "body": body,
            "password": PASSWORD,
        }
        page.evaluate(_KEEP, payload)
        page.reload()
        page.wait_for_function(_SHOWN)
        wire.send("HeapProfiler.collectGarbage")
        heap = wire.send("Runtime.getHeapUsage")["usedSize"]
        browser.close()
    return [
        figure("first_load", bodies / 1000, "kB", target=100),
        figure("first_load_with_heads", total / 1000, "kB"),
        figure("first_load_requests", requests, "requests"),
        figure(f"heap_with_{records}_records", heap / MB, "MB", target=40),
    ]


def measure(records: int) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.phone", records, "measured", is_demo=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_RECORDS
    if len(sys.argv) > 2:
        print(json.dumps(_measured(number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "phone", **line}, ensure_ascii=False))
