"""What the phones of `./dev faults sync` believe, how their logs are read, and when a run proves nothing."""

import hashlib
import hmac
import json
import random
from dataclasses import asdict
from pathlib import Path

import pytest

from tools.faults import phone as phones
from tools.faults import run as runs
from tools.faults.server import Verdict, read_logs

pytestmark = pytest.mark.sqlite_only
TOKEN = "t" * 43


@pytest.fixture
def phone(tmp_path: Path) -> phones.Phone:
    payload = {"token": TOKEN, "unit": "u", "port": 1, "seed": 7, "first_number": 0, "batch": [3, 3]}
    (tmp_path / "phone.json").write_text(json.dumps(payload))
    return phones.Phone(tmp_path)


def _acks(batch, *, state: str = "applied", key: bytes | None = None) -> dict:
    key = key or hashlib.sha256(b"acknowledge:" + TOKEN.encode()).digest()
    acks = []
    for seq, one in enumerate(batch, start=1):
        mac = hmac.digest(key, f"{one['id']}:{one['hash']}:{seq}".encode(), hashlib.sha256).hex()
        acks.append({"id": one["id"], "hash": one["hash"], "seq": seq, "state": state, "known": False, "mac": mac})
    return {"acks": acks, "again": []}


def _lines(phone: phones.Phone, name: str) -> list[dict]:
    return [json.loads(line) for line in (phone.folder / f"{name}.jsonl").read_text().splitlines()]


def test_names_are_many_and_hold_no_digit():
    names = {phones.name_of(number) for number in range(2000)}
    assert len(names) == 2000
    assert not any(letter.isdigit() for name in names for letter in name)


def test_keys_are_of_version_seven():
    assert len({phones.uuid7() for _time in range(100)}) == 100
    assert phones.uuid7()[14] == "7"


def test_a_corrected_visit_keeps_the_person_the_door_and_the_receipt():
    pick = random.Random(1)
    first = phones.visit(pick, 1)
    for _time in range(20):
        again = phones.visit(pick, 0, first)
        assert again["household"] == first["household"]
        assert {**again["people"][0], "helps": []} == {**first["people"][0], "helps": []}


def test_what_was_not_answered_is_kept_and_sent_again(phone, monkeypatch):
    phone.make()
    made = _lines(phone, "made")
    assert [one["hash"] for one in made] == [one["hash"] for one in phone.queue]
    monkeypatch.setattr(phone, "post", lambda batch: None)
    assert phone.send() is False
    assert len(phone.queue) == 3
    monkeypatch.setattr(phone, "post", _acks)
    while phone.queue:
        assert phone.send() is True
    answers = _lines(phone, "acks")
    assert all(one["again"] for one in answers)
    assert {ack["hash"] for one in answers for ack in one["acks"]} == {one["hash"] for one in made}


@pytest.mark.parametrize(
    "answer",
    [
        lambda batch: _acks(batch, key=b"k" * 32),
        lambda batch: _acks(batch[1:]),
        lambda batch: _acks(batch, state="refused"),
        lambda batch: _acks(batch) | {"again": [{"id": "x"}]},
    ],
    ids=["another key", "one is missing", "set aside", "sent back"],
)
def test_an_answer_that_must_not_be_ends_the_phone(phone, monkeypatch, answer):
    phone.make()
    monkeypatch.setattr(phone, "post", answer)
    with pytest.raises(phones.Refused):
        phone.send()
    assert len(phone.queue) == 3
    assert _lines(phone, "acks") == []


# --- Reading the logs -------------------------------------------------------------------------------------------------


def _write(folder: Path, name: str, *lines: dict, cut: str = "") -> None:
    own = folder / "phone-0"
    own.mkdir(exist_ok=True)
    (own / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + cut)


def _made(key: str, content: str, base: str | None = None) -> dict:
    return {"id": key, "hash": content, "base": base, "helps": {"h": "portal"}}


def _answer(*acks: tuple[str, str, int], known: bool = False, **more) -> dict:
    payload = [
        {"id": key, "hash": content, "seq": seq, "state": "applied", "known": known} for key, content, seq in acks
    ]
    return {"again": False, "acks": payload} | more


def test_the_last_version_stands_and_batches_are_counted(tmp_path):
    _write(tmp_path, "made", _made("a", "1"), _made("a", "2", "1"), _made("b", "3"))
    _write(
        tmp_path,
        "acks",
        _answer(("a", "1", 1), ("b", "3", 2)),
        _answer(("a", "2", 3), known=True, again=True),
        _answer(("a", "1", 1), known=True, replay=True),
        cut='{"again": false, "acks": [{"id": "c"',
    )
    verdict = Verdict()
    payload = read_logs(tmp_path, verdict)
    assert payload.applied == {"a": "2", "b": "3"}
    assert payload.seqs == {("a", "1"): 1, ("a", "2"): 3, ("b", "3"): 2}
    assert (verdict.batches_acknowledged, verdict.batches_resent, verdict.answers_lost) == (2, 1, 1)
    assert (verdict.records, verdict.corrections, verdict.lost, verdict.doubled) == (2, 1, 0, 0)


def test_two_numbers_are_a_double_and_silence_is_a_loss(tmp_path):
    _write(tmp_path, "made", _made("a", "1"), _made("b", "2"))
    _write(tmp_path, "acks", _answer(("a", "1", 1)), _answer(("a", "1", 2)))
    verdict = Verdict()
    read_logs(tmp_path, verdict)
    assert (verdict.lost, verdict.doubled) == (1, 1)


# --- The verdict ------------------------------------------------------------------------------------------------------


def _payload(**changed) -> dict:
    return asdict(Verdict(batches_acknowledged=9, batches_resent=3)) | changed


def _run(tmp_path: Path, kills: int, in_flight: int) -> runs.Run:
    return runs.Run(tmp_path, 1, {}, kills=kills, in_flight=in_flight)


def test_a_third_in_flight_and_nothing_lost_is_well(tmp_path):
    assert runs.verdict(_run(tmp_path, 9, 3), _payload()) == []


@pytest.mark.parametrize(
    ("in_flight", "payload", "word"),
    [
        (0, {}, "kills in flight is 0"),
        (2, {}, "less than a third"),
        (9, {"batches_acknowledged": 0}, "batches acknowledged is 0"),
        (9, {"batches_resent": 0}, "batches resent is 0"),
        (9, {"lost": 1}, "lost or doubled"),
        (9, {"doubled": 1}, "lost or doubled"),
        (9, {"recount": ["half: here"]}, "recount"),
    ],
)
def test_a_run_that_proves_nothing_or_the_contrary_fails(tmp_path, in_flight, payload, word):
    assert any(word in line for line in runs.verdict(_run(tmp_path, 9, in_flight), _payload(**payload)))


@pytest.mark.long
@pytest.mark.if_changed("ci", "home", "outreach", "sync")
def test_three_kills_on_sqlite(capsys):
    assert runs.main(["sync", "--engine", "sqlite", "--kills", "3", "--phones", "2"]) in {0, 1}
    assert "lost=0 doubled=0" in capsys.readouterr().out
