"""The part of the experiment inside the installation: prepare it, and judge its contents afterwards.

`python -m tools.faults.server prepare FOLDER PHONES PORT SEED` and `... judge FOLDER`; the data folder and the engine come from
the environment, as for every command of the product. Each prints one JSON object.
"""

import json
import os
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

MOST_NAMED = 10
PER_PHONE = 200_000
"""Range of person numbers for each phone."""


def prepare(folder: Path, phones: int, port: int, seed: int) -> dict[str, Any]:
    """Create the tests' unit tree, a book that counts visits and support, and phones with a folder each."""
    from django.core.management import call_command

    from doanso.access.models import Role, RoleAssignment
    from doanso.accounts.models import User
    from doanso.adoption.models import Service
    from doanso.ledger.actions import open_book
    from doanso.ledger.inputs import MeasurePlan
    from doanso.ledger.models import MeasureKind
    from doanso.lib import clock, database
    from doanso.lib.uuid7 import uuid7
    from doanso.sync.actions import register_device
    from doanso.testing import TREE_BEGAN, grow_tree

    call_command("migrate", verbosity=0)
    tree = grow_tree()
    year = clock.today().year
    for place, code in enumerate(("portal", "vneid"), start=1):
        Service.objects.create(code=code, name=code, short_name=code, icon="world", position=place)
    measures = [MeasurePlan("visits", "outreach.visits", kind=MeasureKind.TIMES)]
    for code in ("portal", "vneid"):
        measures.append(MeasurePlan(f"{code}-times", "support.people", code, kind=MeasureKind.TIMES))
        measures.append(MeasurePlan(f"{code}-people", "support.people", code, level=1))
    first, last = date(year, 1, 1), date(year, 12, 31)
    open_book(code="faults", root=tree.units["my-tho"], first_day=first, last_day=last, measures=measures)
    for number in range(phones):
        user = User.objects.create(username=f"faults-{number}", display_name="Trần Gia Huy", created_at=clock.now())
        unit = tree.units["p4" if number % 2 == 0 else "p5"]
        RoleAssignment.objects.create(user=user, role=Role.HELPER, unit=unit, since=TREE_BEGAN)
        done = register_device(actor=user, device_id=uuid7(), name=f"Máy {number}")
        own = folder / f"phone-{number}"
        own.mkdir()
        settings = {
            "token": done.token,
            "unit": str(unit.pk),
            "port": port,
            "seed": seed * 100 + number,
            "first_number": number * PER_PHONE,
            "batch": [15, 40],
        }
        (own / "phone.json").write_text(json.dumps(settings))
    return {"engine": " ".join(database.engine())}


@dataclass
class Verdict:
    """The comparison of the phones' logs with the server's contents."""

    batches_acknowledged: int = 0
    batches_resent: int = 0
    answers_lost: int = 0
    records: int = 0
    corrections: int = 0
    helps: int = 0
    lost: int = 0
    doubled: int = 0
    recount: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)

    def lose(self, subject: str) -> None:
        """Count something acknowledged that is missing."""
        self.lost += 1
        self.name(subject)

    def double(self, subject: str, times: int = 1) -> None:
        """Count something that was counted more than once."""
        self.doubled += times
        self.name(subject)

    def name(self, subject: str) -> None:
        """Keep the names of the first few."""
        if len(self.named) < MOST_NAMED:
            self.named.append(subject)


def lines(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the lines of one log of all phones; a truncated last line is skipped."""
    for path in sorted(folder.glob(f"phone-*/{name}.jsonl")):
        with path.open() as file:
            for line in file:
                if line.endswith("\n"):
                    yield json.loads(line)


@dataclass
class PhoneLogs:
    """The phones' logs: every acknowledgement, and for each record the version last reported as applied."""

    seqs: dict[tuple[str, str], int] = field(default_factory=dict)
    applied: dict[str, str] = field(default_factory=dict)
    helps: dict[tuple[str, str], dict[str, str]] = field(default_factory=dict)


def read_logs(folder: Path, verdict: Verdict) -> PhoneLogs:
    """Read the logs of all phones."""
    logs = PhoneLogs()
    replaced: set[tuple[str, str]] = set()
    for record in lines(folder, "made"):
        logs.helps[record["id"], record["hash"]] = record["helps"]
        if record["base"] is not None:
            replaced.add((record["id"], record["base"]))
    for answer in lines(folder, "acks"):
        replay = answer.get("replay", False)
        verdict.batches_acknowledged += not replay
        verdict.batches_resent += answer["again"]
        for ack in answer["acks"]:
            key = (ack["id"], ack["hash"])
            verdict.answers_lost += ack["known"] and not replay
            if logs.seqs.setdefault(key, ack["seq"]) != ack["seq"]:
                verdict.double(f"the record {key[0]} was given two numbers")
    for key in logs.helps.keys() - logs.seqs.keys():
        verdict.lose(f"the record {key[0]} was never acknowledged")
    # A phone corrects applied versions only, so the version that is nobody's base is the last one.
    logs.applied = {key: content for key, content in logs.seqs if (key, content) not in replaced}
    verdict.records, verdict.corrections = len(logs.applied), len(replaced)
    return logs


def judge(folder: Path) -> dict[str, Any]:
    """Compare every acknowledgement with the rows, every visit and support record with its applied version, and recount."""
    from doanso.ledger.actions import fold
    from doanso.ledger.recount import recount
    from doanso.outreach.models import Visit, VisitSupportRecord
    from doanso.support.models import SupportRecord
    from doanso.sync.models import Record

    verdict = Verdict()
    logs = read_logs(folder, verdict)
    rows = Record.objects.values_list("record_id", "content_hash", "seq", "state").iterator(5000)
    stored = {(str(record_id), content): (seq, state) for record_id, content, seq, state in rows}
    for key, seq in logs.seqs.items():
        if stored.get(key, (0, ""))[0] != seq:
            verdict.lose(f"the record {key[0]} is not there")
    for key in stored.keys() - logs.seqs.keys():
        verdict.double(f"no acknowledgement of {key[0]} was logged")
    visits = dict(Visit.objects.filter(taken_back_at=None).values_list("pk", "content_hash"))
    stored_visits = {str(key): content for key, content in visits.items()}
    for record_id, content in logs.applied.items():
        if stored_visits.get(record_id) != content:
            verdict.lose(f"the visit {record_id} does not stand as it was acknowledged")
    for record_id in stored_visits.keys() - logs.applied.keys():
        verdict.double(f"no acknowledgement of the visit {record_id} was logged")
    expected = Counter((key, service) for key in logs.applied.items() for service in logs.helps[key].values())
    counted_helps: Counter[tuple[tuple[str, str], str]] = Counter()
    links = VisitSupportRecord.objects.filter(support_record__taken_back_at=None).values_list(
        "visit_id", "support_record__service_id"
    )
    for visit_id, service in links.iterator(5000):
        counted_helps[(str(visit_id), stored_visits.get(str(visit_id), "")), service] += 1
    for counted in expected.keys() | counted_helps.keys():
        if counted_helps[counted] > expected[counted]:
            verdict.double(
                f"the visit {counted[0][0]} counts {counted[1]} {counted_helps[counted]} times",
                counted_helps[counted] - expected[counted],
            )
        elif counted_helps[counted] < expected[counted]:
            verdict.lose(f"the visit {counted[0][0]} does not count {counted[1]}")
    verdict.helps = SupportRecord.objects.filter(taken_back_at=None).count()
    while fold():
        pass
    _figures(logs, verdict)
    verdict.recount = [str(entry) for entry in recount()][:MOST_NAMED]
    return asdict(verdict)


def _figures(logs: PhoneLogs, verdict: Verdict) -> None:
    """Compare the city's figures with the phones' logs."""
    from doanso.ledger.models import Book
    from doanso.ledger.queries import figures
    from doanso.lib import clock
    from doanso.units.models import Unit

    city = Unit.objects.get(code="my-tho")
    read = figures(book=Book.objects.get(code="faults"), unit_ids=[city.pk], on=clock.today())
    helped = Counter(service for key in logs.applied.items() for service in logs.helps[key].values())
    expected = {"visits": len(logs.applied)}
    for service in ("portal", "vneid"):
        # Each person is visited once, so people and times are equal.
        expected |= {f"{service}-times": helped[service], f"{service}-people": helped[service]}
    for measure, count in expected.items():
        shown = read[city.pk, measure].total
        if shown < count:
            verdict.lose(f"the figure {measure} is {shown} and should be {count}")
        elif shown > count:
            verdict.double(f"the figure {measure} is {shown} and should be {count}", shown - count)


def _main(words: list[str]) -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "doanso.settings")
    django.setup()
    folder = Path(words[1])
    answer = judge(folder) if words[0] == "judge" else prepare(folder, *(int(word) for word in words[2:5]))
    print(json.dumps(answer, ensure_ascii=False))


if __name__ == "__main__":
    _main(sys.argv[1:])
