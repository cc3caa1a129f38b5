"""A simulated phone as a process of its own: makes visits, sends them, and logs the acknowledgements.

`python -m tools.faults.phone FOLDER`. The folder holds `phone.json`; new records go to `made.jsonl` before they are sent, and
acknowledgements to `acks.jsonl`, each line on disk before it counts. It runs until the folder holds `stop`, then sends the
rest. Standard library only: it shares no code with the server.
"""

import hashlib
import hmac
import http.client
import json
import os
import random
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from uuid import UUID

TIMEOUT = 40
"""Seconds to wait for an answer: longer than the server waits for a locked database."""
FLUSH_WITHIN = 180
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
SYLLABLES = "An Bình Châu Dung Giang Hà Khoa Lan Minh Nga Oanh Phúc Quân Sơn Tú Uyên Vân Xuân Yến Đức".split()
SERVICES = ("portal", "vneid")
SIGNATURE = "M12 30L40 60L80 20L120 90L200 40"

Record = dict[str, str]


class Refused(RuntimeError):
    """The server sent a response that the protocol forbids."""


def uuid7() -> str:
    """Return a record's id, generated as the app does."""
    moment = int(time.time() * 1000)
    number = (moment << 80) | (7 << 76) | (secrets.randbits(12) << 64) | (2 << 62) | secrets.randbits(62)
    return str(UUID(int=number))


def name_of(number: int) -> str:
    """Return a distinct name without digits for each number."""
    words = []
    for _place in range(4):
        number, rest = divmod(number, len(SYLLABLES))
        words.append(SYLLABLES[rest])
    return " ".join(["Nguyễn", *words])


def visit(pick: random.Random, number: int, earlier_body: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the body of a visit to a home with one person helped; `earlier_body` is the body that it corrects."""
    now = datetime.now(UTC)
    helps = [
        {"id": uuid7(), "service": service, "kind": "guide", "before": "", "after": "", "obstacle": ""}
        for service in SERVICES[: pick.randint(1, 2)]
    ]
    if earlier_body is not None:
        # The same person, door and receipt: only the kind of support is corrected.
        before = earlier_body["people"][0]["helps"]
        helps = pick.choice([helps, before[:1], [before[0], *helps[1:]]])
        return {**earlier_body, "people": [{**earlier_body["people"][0], "helps": helps}]}
    person = {"contact": None, "name": name_of(number), "birth_year": pick.randint(1940, 2000), "gender": ""}
    second = {"teammate": None, "name": "Võ Thị Tư", "kind": "official", "how": "signature", "proof": SIGNATURE}
    return {
        "drive": None,
        "door": None,
        "household": {"id": uuid7(), "new": True, "number": f"{number}", "street": "Lê Lợi", "neighbourhood": None},
        "business": None,
        "happened_on": (now + timedelta(hours=7)).date().isoformat(),
        "began_at": (now - timedelta(minutes=6)).isoformat(),
        "ended_at": (now - timedelta(minutes=1)).isoformat(),
        "outcome": "helped",
        "follow_up_on": None,
        "in_area": True,
        "pair": {"team": None, "first": {"teammate": None, "how": "sign-in"}, "second": pick.choice([second, None])},
        "people": [
            {
                "person": person | {"phone": f"0903{number:06}", "guardian": ""},
                "business": False,
                "consent": {"purposes": ["support", "recheck"], "text": "2023-09", "channel": "voice"},
                "receipt": {
                    "id": uuid7(),
                    "link": secrets.token_urlsafe(16),
                    "code": "".join(secrets.choice(ALPHABET) for _place in range(8)),
                },
                "helps": helps,
            }
        ],
    }


class Phone:
    """The state of a phone: its unsent records, and its files."""

    def __init__(self, folder: Path) -> None:
        settings = json.loads((folder / "phone.json").read_text())
        self.folder, self.settings = folder, settings
        self.pick = random.Random(settings["seed"])  # noqa: S311 -- repeatable on purpose
        self.key = hashlib.sha256(b"acknowledge:" + settings["token"].encode()).digest()
        self.number = settings["first_number"]
        self.queue: list[Record] = []
        self.sent_before: set[tuple[str, str]] = set()
        # Applied versions by record, with their bodies.
        self.applied: dict[str, tuple[str, dict[str, Any]]] = {}
        self.bodies: dict[tuple[str, str], dict[str, Any]] = {}
        self.answered: list[list[Record]] = []
        self.made = (folder / "made.jsonl").open("a")
        self.acks = (folder / "acks.jsonl").open("a")
        self.connection: http.client.HTTPConnection | None = None

    # --- Making -------------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """Make a batch of new visits and occasional corrections, written to disk before they are sent."""
        for _time in range(self.pick.randint(*self.settings["batch"])):
            self.number += 1
            self._write(uuid7(), None, visit(self.pick, self.number))
        if self.applied and self.pick.random() < 0.3:
            key = self.pick.choice(list(self.applied))
            base, body = self.applied.pop(key)
            self._write(key, base, visit(self.pick, 0, body))
        _to_disk(self.made)

    def _write(self, key: str, base: str | None, body: dict[str, Any]) -> None:
        record = {
            "kind": "outreach.visit",
            "version": 1,
            "unit": self.settings["unit"],
            "base": base,
            "made_at": datetime.now(UTC).isoformat(),
            "body": body,
        }
        payload = json.dumps(record, ensure_ascii=False)
        record = {"id": key, "hash": hashlib.sha256(payload.encode()).hexdigest(), "payload": payload}
        self.queue.append(record)
        self.bodies[key, record["hash"]] = body
        helps = {entry["id"]: entry["service"] for entry in body["people"][0]["helps"]}
        self.made.write(json.dumps({"id": key, "hash": record["hash"], "base": base, "helps": helps}) + "\n")

    # --- Sending ------------------------------------------------------------------------------------------------------

    def send(self) -> bool:
        """Send one batch; return whether it was answered. Unanswered records are sent again, as a whole or in other batches."""
        batch = self.queue[: self.settings["batch"][1] + 1]
        if batch and (batch[0]["id"], batch[0]["hash"]) in self.sent_before and self.pick.random() < 0.4:
            self.pick.shuffle(batch)
            batch = batch[: max(1, len(batch) // 2)]
        keys = {(entry["id"], entry["hash"]) for entry in batch}
        again = bool(keys & self.sent_before)
        self.sent_before |= keys
        answer = self.post(batch)
        if answer is None:
            return False
        acks = self._checked(answer, keys)
        self.acks.write(json.dumps({"again": again, "acks": acks}) + "\n")
        _to_disk(self.acks)
        # A record is removed only after its acknowledgement is on disk.
        for ack in acks:
            key = (ack["id"], ack["hash"])
            body = self.bodies.pop(key, None)
            if ack["state"] == "applied" and body is not None:
                self.applied[ack["id"]] = (ack["hash"], body)
        self.sent_before -= keys
        self.queue = [entry for entry in self.queue if (entry["id"], entry["hash"]) not in keys]
        self.answered = [*self.answered[-9:], batch]
        return True

    def replay(self) -> None:
        """Send an answered batch again and check that the acknowledgements are the same and `known`."""
        batch = self.pick.choice(self.answered)
        answer = self.post(batch)
        if answer is not None:
            acks = self._checked(answer, {(entry["id"], entry["hash"]) for entry in batch})
            if not all(ack["known"] for ack in acks):
                raise Refused("An acknowledged record was not known again.")
            self.acks.write(json.dumps({"again": False, "replay": True, "acks": acks}) + "\n")
            _to_disk(self.acks)

    def post(self, batch: Sequence[Record]) -> dict[str, Any] | None:
        """Send a batch and return the answer; None where the server is away or fails."""
        body = json.dumps({"sent_at": datetime.now(UTC).isoformat(), "records": list(batch)}).encode()
        headers = {"Authorization": f"Bearer {self.settings['token']}", "Content-Type": "application/json"}
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.settings["port"], timeout=TIMEOUT)
            self.connection.request("POST", "/api/v1/sync", body, headers)
            response = self.connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            # The server was killed meanwhile, or is not up yet.
            if self.connection is not None:
                self.connection.close()
            self.connection = None
            return None
        if response.status == 200:
            answer: dict[str, Any] = json.loads(content)
            return answer
        if response.status >= 500:
            return None
        raise Refused(f"{response.status}: {content[:300]!r}")

    def _checked(self, answer: Mapping[str, Any], keys: set[tuple[str, str]]) -> list[dict[str, Any]]:
        for ack in answer["acks"]:
            message = f"{ack['id']}:{ack['hash']}:{ack['seq']}".encode()
            if not hmac.compare_digest(hmac.digest(self.key, message, hashlib.sha256).hex(), ack["mac"]):
                raise Refused("An acknowledgement is not the server's.")
        if answer["again"] or {(ack["id"], ack["hash"]) for ack in answer["acks"]} != keys:
            raise Refused(f"Not every record was acknowledged: {answer['again']}")
        if wrong := next((ack for ack in answer["acks"] if ack["state"] not in {"applied", "superseded"}), None):
            raise Refused(f"A sound record was set aside: {wrong}")
        return [{name: ack[name] for name in ("id", "hash", "seq", "state", "known")} for ack in answer["acks"]]

    # --- Running --------------------------------------------------------------------------------------------------------

    def work(self) -> None:
        """Make and send records until `stop` exists, then send the rest."""
        stop = self.folder / "stop"
        deadline = 0.0
        while self.queue or not stop.exists():
            if not self.queue:
                self.make()
            if self.answered and self.pick.random() < 0.05:
                self.replay()
            if not self.send():
                time.sleep(self.pick.uniform(0.02, 0.3))
            if stop.exists():
                deadline = deadline or time.monotonic() + FLUSH_WITHIN
                if time.monotonic() > deadline:
                    raise Refused("The server did not take what was left.")


def _to_disk(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())


if __name__ == "__main__":
    try:
        Phone(Path(sys.argv[1])).work()
    except Refused as refused:
        print(refused, file=sys.stderr)
        sys.exit(1)
