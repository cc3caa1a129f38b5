"""`./dev fmt`: put right what a tool can put right."""

import subprocess
import sys
from pathlib import Path

from tools.lint import python_tool, templates


def main(words: list[str]) -> int:
    """Import order, style, templates."""
    root = Path.cwd()
    codes = [
        subprocess.run([python_tool("ruff"), "check", "--fix-only", "-q", "."], check=False).returncode,
        subprocess.run([python_tool("ruff"), "format", "-q", "."], check=False).returncode,
    ]
    if pages := templates(root):
        # djade answers 1 when it changed something, which is what we want here.
        subprocess.run(
            [python_tool("djade"), "--target-version", "6.1", *map(str, pages)], stdout=sys.stderr, check=False
        )
    return max(codes)
