"""Measure verification: PDFs per second of CPU, against the bare library's own validation of the same files.

Signed files with a page of words, half of them by one person, half numbered and sealed after that; all different. Both sides
have the same authorities and the same lists of revoked certificates; the library judges its signatures and its own comparison
of versions, ours also walks every byte and judges the whole. CPU time, the two alternating in one run; our side counts the
process in which it runs, and its start separately. `python -m bench.verify [FILES]`.
"""

import json
import os
import subprocess
import sys
import time
from typing import Any

from bench.measuring import measure_apart

DEFAULT_FILES = 100
QUICK_FILES = 6
LOT = 10
MOST_RATIO = 1.5
LEAST_A_SECOND = 15.0


def _files(count: int) -> list[bytes]:
    """Return signed files, each with other words."""
    from doanso.signing.tests.attacks.making import base_objects, fill, pdf, pki, signed, stream

    files = []
    for number in range(count):
        objects = base_objects()
        words = b"".join(
            b"BT /F1 12 Tf 72 %d Td (Dong %d cua van ban %d) Tj ET\n" % (y, y, number) for y in range(200, 700, 14)
        )
        objects[4] = stream(words)
        data = signed(pdf(objects), pki().an)
        if number % 2:
            data = signed(data, pki().city, "office", change=fill(number=f"{number}-KH", day="26"))
        files.append(data)
    return files


def _measured(count: int) -> list[dict[str, Any]]:
    import django

    django.setup()
    import logging

    logging.disable(logging.CRITICAL)
    from doanso.signing.tests.attacks.alone import library_accepts
    from doanso.signing.tests.attacks.making import now, trusted
    from doanso.signing.verification import VerificationRequest
    from doanso.signing.verification.verify import answers

    files, trust, moment = _files(count), trusted(), now()
    bare = own_cpu = 0.0
    library_accepts(files[0], trust, moment)
    for start in range(0, count, LOT):
        lot = files[start : start + LOT]
        results = answers([VerificationRequest(file) for file in (lot[0], *lot)], trust=trust, moment=moment)
        # The first file of a process also pays for what is read once.
        own_cpu += sum(entry["cpu"] for entry in results[1:])
        if {entry["verdict"]["state"] for entry in results} != {"valid"}:
            raise SystemExit("A good file was not found valid.")
        began = time.process_time()
        if not all(library_accepts(file, trust, moment) for file in lot):
            raise SystemExit("The library did not accept a good file.")
        bare += time.process_time() - began
    line = [sys.executable, "-c", "import doanso.signing.verification.process"]
    used = os.times().children_user + os.times().children_system
    subprocess.run(line, check=True)
    start_cost = os.times().children_user + os.times().children_system - used
    ratio = round(own_cpu / bare, 2)
    return [
        {
            "metric": "pdfs_per_cpu_second", "value": round(count / own_cpu, 1), "unit": "PDF/s", "target": LEAST_A_SECOND,
            "ok": count / own_cpu >= LEAST_A_SECOND, "reference": f"the library alone, {count / bare:.1f}", "ratio": ratio,
        },
        {"metric": "cpu_against_the_library", "value": ratio, "unit": "times", "target": MOST_RATIO, "ok": ratio <= MOST_RATIO},
        {"metric": "cpu_to_start_the_process", "value": round(start_cost, 2), "unit": "s", "target": None, "ok": None},
    ]  # fmt: skip


def measure(count: int = DEFAULT_FILES) -> list[dict[str, Any]]:
    """Return all figures, from a process and a data folder of its own."""
    return measure_apart("bench.verify", "--one", count, PYTHONWARNINGS="ignore")


if __name__ == "__main__":
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        print(json.dumps(_measured(int(words[1]))))
    else:
        for figure in measure(int(words[0]) if words else DEFAULT_FILES):
            print(json.dumps({"bench": "verify", **figure}))
