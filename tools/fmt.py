"""`./dev fmt`: apply the automatic fixes."""

import subprocess
import sys
from pathlib import Path

from tools import migration_history
from tools.lint import python_tool, templates


def main(words: list[str]) -> int:
    """Fix import order, style and templates, and record new migrations in their history."""
    root = Path.cwd()
    codes = [
        subprocess.run([python_tool("ruff"), "check", "--fix-only", "-q", "."], check=False).returncode,
        subprocess.run([python_tool("ruff"), "format", "-q", "."], check=False).returncode,
    ]
    if pages := templates(root):
        # djade exits with 1 when it changed something.
        subprocess.run(
            [python_tool("djade"), "--target-version", "6.1", *map(str, pages)], stdout=sys.stderr, check=False
        )
    migration_history.add_new(root)
    return max(codes)
