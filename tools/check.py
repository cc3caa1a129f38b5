"""`./dev check`: lint, complete migrations, and deploy settings without warnings."""

import os
import subprocess
import sys
import tempfile

from tools import lint

# Settings of an installation behind a proxy with TLS.
DEPLOYED = {"DOANSO_HTTPS": "1", "DOANSO_BEHIND_PROXY": "1", "DOANSO_HOSTS": "doanso.example", "DOANSO_DEBUG": "0"}


def _manage(*words: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="doanso-check-") as data:
        env = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | DEPLOYED
        command = [sys.executable, "-m", "doanso", *words]
        return subprocess.run(command, env=env | {"DOANSO_DATA": data}, check=False).returncode == 0


def main(words: list[str]) -> int:
    """Run all checks that need no test; return the exit code."""
    steps = lint.STEPS | {
        "migrations": lambda: _manage("makemigrations", "--check", "--dry-run"),
        "deploy": lambda: _manage("check", "--deploy", "--fail-level", "WARNING"),
    }
    return lint.run_steps(steps)
