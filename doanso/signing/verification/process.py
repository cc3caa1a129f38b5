"""The program that verifies untrusted files in a sandbox; started by `verify`, never imported by the product.

It reads one line of JSON (trust, moments, sizes) and the files' bytes from standard input, and answers with a line of JSON for
every file. It has no access to the database and to secrets, so that a malicious file can harm nothing else.
"""

import json
import logging
import sys
import time
from datetime import datetime
from typing import Any

from doanso.signing.verification.examine import examine
from doanso.signing.verification.trust import Trust


def main(_arguments: dict[str, Any]) -> None:
    """Answer the requests, one file after the other."""
    source = sys.stdin.buffer
    request = json.loads(source.readline())
    # The library logs its reasons; they are in the verdict anyway.
    logging.disable(logging.CRITICAL)
    trust, moment = Trust.from_json(request["trust"]), datetime.fromisoformat(request["moment"])
    for size, seen_at, own_place in request["files"]:
        data = source.read(size)
        began = time.process_time()
        verdict = examine(data, trust, moment, datetime.fromisoformat(seen_at) if seen_at else None, own_place)
        answer = {"verdict": verdict.as_json(), "cpu": time.process_time() - began}
        sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()
