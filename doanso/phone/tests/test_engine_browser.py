"""The engine where it will run: Chromium's own database, locks, cryptography and worker, against our own server."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.outreach.views import phone as views
from doanso.sync.models import Device, Photo, Record
from doanso.testing import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]

PIN = "480917"
ENGINE = """async (names) => {
  const base = document.querySelector("script[type=module]").src.replace(/app\\.js$/, "");
  const loaded = await Promise.all(names.map((name) => import(`${base}${name}.js`)));
  window.engine = Object.fromEntries(names.map((name, place) => [name, loaded[place]]));
  window.codeOf = async (work) => { try { await work(); return null; } catch (error) { return error.code || String(error); } };
}"""
NAMES = ["backup", "clock", "device", "drafts", "id", "outbox", "pack", "photos", "store", "sync", "update", "vault"]
IN_SERVICE = """async ([pin, password]) => {
  const { vault, device } = window.engine;
  const { csrf } = await (await fetch("/api/v1/devices/me")).json();
  await vault.setUp(pin);
  return device.register({ name: "Máy của Lan", csrf, password });
}"""
PUT = """async ([unit, more]) => window.engine.outbox.put({ kind: "outreach.visit", unit, body: { ...window.visit, ...more } })"""


WAITS = "async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"


def until(page: Any, holds: str) -> None:
    """Wait for what an asynchronous question answers, which Playwright's own waiting takes for yes at once."""
    for _try in range(300):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(100)
    raise AssertionError(holds)


def visit_body(outing: Outing) -> dict[str, Any]:  # noqa: F811
    """A visit at a door of its own, where nobody was at home."""
    home = {
        "id": "018bc000-0000-7000-8000-0000000000aa",
        "new": True,
        "number": "12/3",
        "street": "Nguyễn Trãi",
        "neighbourhood": str(outing.neighbourhood.pk),
    }
    first = {"teammate": str(outing.mates["lan"].pk), "how": "sign-in"}
    return {
        "drive": None,
        "door": None,
        "household": home,
        "business": None,
        "happened_on": "2023-11-12",
        "began_at": "2023-11-12T08:00:00+07:00",
        "ended_at": "2023-11-12T08:10:00+07:00",
        "outcome": "not-home",
        "follow_up_on": None,
        "in_area": None,
        "pair": {"team": str(outing.team.pk), "first": first, "second": None},
        "people": [],
    }


@pytest.fixture
def phone(open_as: Callable[..., Any], outing: Outing) -> Callable[[], Any]:  # noqa: F811
    """Open the app in a browser of its own and hand its engine to the test; not yet in service."""

    def opened(page: Any = None) -> Any:
        if page is None:
            page = open_as(outing.tree.lan, "/door/", width=390)
            # The app asks who is there, and its answer's token is the one that counts.
            page.wait_for_load_state("networkidle")
        page.evaluate(ENGINE, NAMES)
        page.evaluate("(body) => { window.visit = body; }", visit_body(outing))
        return page

    return opened


def in_service(phone: Callable[[], Any]) -> Any:
    page = phone()
    assert page.evaluate(IN_SERVICE, [PIN, PASSWORD])["state"] == "ready"
    return page


def test_a_record_goes_to_our_server_and_leaves_for_a_mac_that_chromium_checks(phone, outing):  # noqa: F811
    page = in_service(phone)
    made = page.evaluate(PUT, [str(outing.ward.pk), {}])
    assert page.evaluate("() => window.engine.outbox.counts()")["unsent"] == 1

    page.evaluate("() => window.engine.sync.now()")

    bar = page.evaluate("() => window.engine.sync.bar()")
    assert (bar["state"], bar["unsent"]) == ("sent", 0)
    record = Record.objects.get()
    assert (str(record.record_id), record.content_hash, record.state, record.problem) == (
        made["id"],
        made["hash"],
        "applied",
        None,
    )
    [line] = page.evaluate("() => window.engine.sync.sent()")
    assert line["line"] == {"outcome": "not-home", "day": "2023-11-12", "place": "12/3 Nguyễn Trãi"}


def test_the_pack_of_our_server_is_kept_and_asked_for_by_its_etag(phone):
    page = in_service(phone)

    first = page.evaluate("() => window.engine.pack.refresh()")
    again = page.evaluate("() => window.engine.pack.refresh()")

    assert first["user"]["name"]
    assert first["doors"] == again["doors"]
    assert {service["code"] for service in first["services"]} == {"portal", "payment"}


def test_a_lost_pin_loses_no_visit_and_needs_no_officer(phone, outing):  # noqa: F811
    page = in_service(phone)
    made = page.evaluate(PUT, [str(outing.ward.pk), {}])
    page.context.set_offline(True)
    page.evaluate("() => window.engine.vault.wipe()")
    page.context.set_offline(False)

    page.evaluate(IN_SERVICE, [PIN, PASSWORD])
    page.evaluate("() => window.engine.sync.now()")

    assert page.evaluate("() => window.engine.outbox.counts()")["unsent"] == 0
    assert [(str(record.record_id), record.content_hash) for record in Record.objects.all()] == [
        (made["id"], made["hash"])
    ]
    assert Device.objects.count() == 1


def test_ten_wrong_pins_wipe_the_key_in_chromium_too(phone):
    page = in_service(phone)
    page.evaluate("() => window.engine.vault.lock()")

    codes = [page.evaluate("() => window.codeOf(() => window.engine.vault.unlock('135790'))") for _try in range(10)]

    assert codes == ["wrong_pin"] * 9 + ["pin_wiped"]
    assert page.evaluate("() => window.engine.vault.state()") == "wiped"


FILL = """async ([unit, until]) => {
  for (let kept = 0; kept < 2000; kept += 1) {
    const body = { ...window.visit, note: window.engine.id.base64url(window.engine.id.random(15000)) };
    const code = await window.codeOf(() => window.engine.outbox.put({ kind: "outreach.visit", unit, body }));
    if (kept % 30 === 0) await window.engine.store.feel();
    const { low, full } = await window.engine.sync.bar();
    if (code || (until === "low" && low)) return [code, low, full, kept + (code ? 0 : 1)];
  }
  return "never";
}"""


def test_a_full_disk_is_said_early_refuses_by_name_and_keeps_the_draft(phone, open_as, outing, live_server):  # noqa: F811
    page = open_as(outing.tree.lan, "/door/app.json", width=390)
    # Before the database is opened: Chromium asks for the quota then.
    devtools = page.context.new_cdp_session(page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": live_server.url, "quotaSize": 8_000_000})
    page.goto(live_server.url + "/door/")
    page.wait_for_load_state("networkidle")
    phone(page)
    page.evaluate(IN_SERVICE, [PIN, PASSWORD])
    page.context.set_offline(True)
    draft = page.evaluate("() => window.engine.drafts.begin({ step: 5, name: 'Bảy' })")
    assert page.evaluate("() => window.engine.store.feel()") is True

    early = page.evaluate(FILL, [str(outing.ward.pk), "low"])
    late = page.evaluate(FILL, [str(outing.ward.pk), "full"])
    last = page.evaluate(
        """async ([unit, draft]) => {
          const body = { ...window.visit, note: "x".repeat(20000) };
          return window.codeOf(() => window.engine.outbox.put({ kind: "outreach.visit", unit, id: draft, draft, body }));
        }""",
        [str(outing.ward.pk), draft["id"]],
    )

    assert early[:3] == [None, True, False]
    assert late[:3] == ["disk_full", True, True]
    assert last == "disk_full"
    assert len(page.evaluate("() => window.engine.outbox.list()")) == early[3] + late[3]
    assert page.evaluate("(id) => window.engine.drafts.open(id)", draft["id"])["body"] == {"step": 5, "name": "Bảy"}
    assert page.evaluate("() => window.engine.sync.bar()")["why"] == "disk"
    # Early enough to be of use.
    assert late[3] > 20


def test_the_later_of_two_tabs_is_warned_and_one_sends(phone, outing, live_server):  # noqa: F811
    page = in_service(phone)
    draft = page.evaluate("() => window.engine.drafts.begin({ step: 1 })")
    second = page.context.new_page()
    second.goto(live_server.url + "/door/")
    phone(second)
    second.evaluate("(pin) => window.engine.vault.unlock(pin)", PIN)

    assert second.evaluate("(id) => window.engine.drafts.open(id)", draft["id"])["elsewhere"] is True
    assert second.evaluate("(id) => window.engine.drafts.takeOver(id)", draft["id"])["elsewhere"] is False
    save = "(id) => window.codeOf(() => window.engine.drafts.save(id, { step: 2 }))"
    assert (page.evaluate(save, draft["id"]), second.evaluate(save, draft["id"])) == ("draft_elsewhere", None)

    sent: list[str] = []
    page.context.on(
        "request", lambda request: sent.append(request.url) if request.url.endswith("/api/v1/sync") else None
    )
    for _n in range(3):
        page.evaluate(PUT, [str(outing.ward.pk), {}])
    handles = [tab.evaluate_handle("() => { window.going = window.engine.sync.now(); }") for tab in (page, second)]
    for tab in (page, second):
        tab.evaluate("() => window.going")
    assert handles
    until(page, "async () => (await window.engine.outbox.counts()).unsent === 0")
    states = [tab.evaluate("() => window.engine.sync.bar()")["state"] for tab in (page, second)]
    assert states == ["sent", "sent"]
    assert Record.objects.count() == 3
    assert len(sent) <= 3


def test_a_picture_is_drawn_anew_small_and_bare(phone, outing):  # noqa: F811
    page = in_service(phone)
    exif = Image.Exif()
    exif[0x010E] = "CANARY place"
    exif[0x0112] = 6
    taken = BytesIO()
    Image.effect_noise((2400, 1200), 90).convert("RGB").save(taken, "JPEG", exif=exif, quality=95)
    assert b"CANARY" in taken.getvalue()
    drawn = page.evaluate(
        """async (text) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          const blob = await window.engine.photos.redraw(new Blob([bytes], { type: "image/jpeg" }));
          return new Promise((resolve) => {
            const reader = new FileReader();
            reader.addEventListener("load", () => resolve(reader.result.split(",")[1]));
            reader.readAsDataURL(blob);
          });
        }""",
        b64encode(taken.getvalue()).decode(),
    )

    content = b64decode(drawn)
    picture = Image.open(BytesIO(content))
    # The camera lay on its side: what was noted beside the pixels is in them now.
    assert picture.size == (640, 1280)
    assert b"CANARY" not in content
    assert dict(picture.getexif()) == {}
    assert len(content) <= 1_000_000
    assert (
        page.evaluate(
            "() => window.codeOf(() => window.engine.photos.redraw(new Blob(['no picture'], { type: 'image/jpeg' })))"
        )
        == "bad_picture"
    )


def test_a_picture_follows_its_visit_to_our_server(phone, outing):  # noqa: F811
    page = in_service(phone)
    made = page.evaluate(PUT, [str(outing.ward.pk), {}])
    taken = BytesIO()
    Image.effect_noise((1280, 900), 60).convert("RGB").save(taken, "JPEG", quality=90)
    page.evaluate(
        """async ([visit, text]) => {
          const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
          await window.engine.photos.add(visit, new Blob([bytes], { type: "image/jpeg" }));
        }""",
        [made["id"], b64encode(taken.getvalue()).decode()],
    )

    page.evaluate("() => window.engine.sync.now()")

    assert page.evaluate("() => window.engine.sync.bar()")["state"] == "sent"
    photo = Photo.objects.get()
    assert (str(photo.subject), photo.offset, photo.done_at is not None) == (made["id"], photo.size, True)


def test_it_opens_cold_without_network_after_one_visit(phone, outing):  # noqa: F811
    page = in_service(phone)
    page.evaluate("() => navigator.serviceWorker.ready")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    page.evaluate(PUT, [str(outing.ward.pk), {}])
    page.context.set_offline(True)

    page.reload()

    phone(page)
    page.evaluate("(pin) => window.engine.vault.unlock(pin)", PIN)
    assert page.evaluate("() => window.engine.outbox.counts()")["unsent"] == 1
    stored = page.evaluate(
        """async () => {
          const urls = [];
          for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) urls.push(one.url);
          return urls.filter((url) => url.includes("/api/"));
        }"""
    )
    assert stored == []


def test_a_new_version_waits_until_the_person_takes_it(phone, monkeypatch):
    page = phone()
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    old = views.bundle()
    files = old.files | {"problem.js": old.files["problem.js"] + b"// newer\n"}
    monkeypatch.setattr(views, "bundle", lambda: views.PhoneBundle("0123456789ab", files))
    version = "document.documentElement.dataset.version"

    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    until(page, WAITS)

    page.context.set_offline(True)
    page.reload()
    assert page.evaluate(version) == old.version
    phone(page)
    until(page, WAITS)
    page.evaluate("() => { setTimeout(() => window.engine.update.apply(), 0); }")
    page.wait_for_function(f"() => {version} === '0123456789ab'")
    phone(page)
    assert page.evaluate("() => window.engine.vault.state()") == "none"


def test_three_hundred_records_stay_within_the_heap(phone, outing):  # noqa: F811
    page = in_service(phone)
    page.context.set_offline(True)
    page.evaluate(
        """async (unit) => {
          const body = { ...window.visit, note: "x".repeat(4000) };
          for (let n = 0; n < 300; n += 1) await window.engine.outbox.put({ kind: "outreach.visit", unit, body });
        }""",
        str(outing.ward.pk),
    )
    page.evaluate("() => window.engine.sync.bar()")
    devtools = page.context.new_cdp_session(page)
    devtools.send("HeapProfiler.collectGarbage")

    heap = devtools.send("Runtime.getHeapUsage")["usedSize"]

    assert heap <= 40_000_000, json.dumps(heap)
