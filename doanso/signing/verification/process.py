"""The process that reads signed files nobody vouches for; started by `verify`, never imported by the product.

It gets one line of JSON (trust, moments, sizes, limits) and the files' bytes as standard input, takes the limits upon
itself first, and answers with a line of JSON for every file. It has no database and no secret, so that a file which breaks
it breaks nothing else.
"""

import json
import logging
import resource
import sys
import time
from datetime import datetime

from doanso.signing.verification.examine import examine
from doanso.signing.verification.trust import Trust


def main() -> None:
    """Answer what was asked, one file after the other."""
    source = sys.stdin.buffer
    asked = json.loads(source.readline())
    limits = asked["limits"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory_bytes"], limits["memory_bytes"]))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_NOFILE, (32, 32))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # The library tells its log why it does not like a file; whoever asked gets it in the verdict.
    logging.disable(logging.CRITICAL)
    trust, moment = Trust.from_json(asked["trust"]), datetime.fromisoformat(asked["moment"])
    for size, seen, own_place in asked["files"]:
        data = source.read(size)
        began = time.process_time()
        verdict = examine(data, trust, moment, datetime.fromisoformat(seen) if seen else None, own_place)
        told = {"verdict": verdict.as_json(), "cpu": time.process_time() - began}
        sys.stdout.write(json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
