"""Work on a file that somebody sent, in a process of its own that knows nothing and can do little."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any


def said_by(script: Path, told: dict[str, Any], file: IO[bytes], *, within: int) -> bytes:
    """What the script says of the file, which it reads as its input; its own limits stand in `told`.

    Isolated mode and a bare environment: it sees neither the product's modules nor its secrets. Raises
    `subprocess.TimeoutExpired`, with what was said until then, after so many seconds.
    """
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "PATH", "TMPDIR") if name in os.environ}
    return subprocess.run(  # noqa: S603 (our own interpreter and file)
        [sys.executable, "-I", str(script), json.dumps(told)],
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        cwd="/",
        timeout=within,
        check=False,
    ).stdout
