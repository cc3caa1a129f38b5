"""Measure lists of documents with a hundred thousand of them: the register, the desk, received documents, the book of arrivals.

The number of statements must equal that with a hundredth of them, and the time must stay below what a reader waits. Runs on
SQLite, where all the work is this process's own CPU time. `python -m bench.documents [DOCUMENTS]`.
"""

import json
import sys
import time
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from bench.measuring import figure, measure_apart, small_installation

DEFAULT_DOCUMENTS = 100_000
QUICK_DOCUMENTS = 5_000
FIRST = date(2023, 1, 2)
LOT = 2_000
PAGES = {
    "register": "/documents/register/?unit=my-tho",
    "register_found": "/documents/register/?unit=my-tho&words=cong+nghe+so+12",
    "desk": "/documents/",
    "received": "/documents/received/",
    "arrivals": "/documents/arrivals/?unit=my-tho",
}


def _prepare() -> Any:
    tree = small_installation()
    from django.conf import settings

    # Pages name static files by their manifest, which is made from files that the bench does not serve.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    return tree


class _Grower:
    """Creates paper documents of ward 4 sent to the city, the city's own, and arrivals of the city, with the rows that actions
    write.
    """

    def __init__(self, tree: Any) -> None:
        from doanso.documents.models import RegisterKind, Series

        self.tree = tree
        self.city, self.ward = tree.units["my-tho"], tree.units["p4"]
        self.series = {
            (unit.code, direction): Series.objects.create(unit=unit, direction=direction, era="2023")
            for unit in (self.city, self.ward)
            for direction in (RegisterKind.OUT, RegisterKind.IN)
        }

    def grow(self, numbers: Iterable[int]) -> None:
        """Create one of each for every number."""
        from django.db import transaction

        from doanso.documents.models import Delivery, Document, Number, RegisterKind
        from doanso.incoming.models import Arrival
        from doanso.lib import clock

        now = clock.now()
        rows: dict[Any, list[Any]] = {Number: [], Document: [], Delivery: [], Arrival: []}

        def number(unit: Any, direction: str, value: int) -> Any:
            row = Number(
                series=self.series[unit.code, direction], unit=unit, direction=direction, value=value, state="used",
                dated=FIRST + timedelta(days=value % 300), drawn_by=self.tree.dung, drawn_at=now,
            )  # fmt: skip
            rows[Number].append(row)
            return row

        for value in numbers:
            for unit in (self.city, self.ward):
                drawn = number(unit, RegisterKind.OUT, value)
                summary = f"Kế hoạch tuyến phố công nghệ số {value}"
                document = Document(
                    unit=unit, profile="doan", kind="plan", medium="paper", summary=summary,
                    folded=f"ke hoach tuyen pho cong nghe so {value}", state="issued", version=1, number=drawn,
                    notation=f"{value:02}-KH/ĐTN", era="2022-2027", dated=drawn.dated, made_by=self.tree.dung, made_at=now,
                    changed_at=now, issued_at=now, issued_on=drawn.dated, issued_by=self.tree.dung,
                )  # fmt: skip
                rows[Document].append(document)
            rows[Delivery].append(Delivery(document=document, unit=self.city, sent_at=now + timedelta(seconds=value)))
            rows[Arrival].append(
                Arrival(
                    unit=self.city, number=number(self.city, RegisterKind.IN, value),
                    arrived_on=FIRST + timedelta(days=value % 300),
                    issuer="UBND thành phố", notation=f"{value}/UBND", summary="V/v phối hợp", folded=f"{value}/ubnd phoi hop",
                    taken_by=self.tree.dung, taken_at=now,
                )
            )  # fmt: skip
        with transaction.atomic():
            for model, records in rows.items():
                model.objects.bulk_create(records, batch_size=LOT)


def _measured(documents: int) -> list[dict[str, Any]]:
    tree = _prepare()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    grower = _Grower(tree)
    browser = Client(headers={"host": "localhost"})
    browser.force_login(tree.dung)

    def look(address: str) -> tuple[int, float]:
        """Return the number of statements of a page, and its median CPU seconds."""
        times = []
        for _ in range(7):
            began = time.process_time()
            answer = browser.get(address)
            times.append(time.process_time() - began)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answered {answer.status_code}")
        with CaptureQueriesContext(connection) as caught:
            browser.get(address)
        return len(caught), sorted(times)[len(times) // 2]

    few = max(documents // 100, 60)
    grower.grow(range(1, few + 1))
    before = {name: look(address) for name, address in PAGES.items()}
    for start in range(few + 1, documents + 1, LOT):
        grower.grow(range(start, min(start + LOT, documents + 1)))
    figures = []
    for name, address in PAGES.items():
        statements, seconds = look(address)
        figures.append(
            figure(f"more_statements_of_{name}_with_all", statements - before[name][0], "statements", target=0)
        )
        figures.append(figure(f"cpu_of_{name}_with_all", seconds * 1000, "ms", target=400))
    return figures


def measure(documents: int = DEFAULT_DOCUMENTS) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.documents", documents, "measured", is_demo=True)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_DOCUMENTS
    if len(sys.argv) > 2:
        print(json.dumps(_measured(number)))
    else:
        for line in measure(number):
            print(json.dumps({"bench": "documents", **line}, ensure_ascii=False))
