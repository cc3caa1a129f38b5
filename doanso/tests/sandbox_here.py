"""The sandbox's programs that open workbooks and files, run in the test's own process instead of one each.

Starting a process, importing the readers and ending it takes fifty times as long as reading a test's file. Tests marked `apart`
have the real process with its limits, and those of the programs themselves are in `test_reading_workbooks` and `files`.
"""

import contextlib
import functools
import io
import json
import os
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import IO, Any

import pytest

from doanso.documents.body import word_files
from doanso.files import reading as file_reading
from doanso.lib import sandbox
from doanso.lib.sandbox import ProcessLimits, child
from doanso.lib.spreadsheet import reading as workbook_reading

_PROGRAMS = (workbook_reading.PARSER, file_reading.READER, word_files.PROGRAM)
_run, _stream = sandbox.run, sandbox.stream
# The output and the library for PDF are one for all threads.
_turn = threading.Lock()


@functools.cache
def _load(path: Path) -> ModuleType:
    """Return a module that a program loads, with what `child` is to it in a process of its own."""
    main = ModuleType("__main__")
    vars(main).update(load=_load, open_nothing_more=lambda: None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "__main__", main)
        return child.load(path)


def _messages(program: Path, arguments: Mapping[str, Any], source: IO[bytes]) -> list[dict[str, Any]]:
    output = io.StringIO()
    with _turn, os.fdopen(os.dup(source.fileno()), "rb") as file, contextlib.redirect_stdout(output):
        file.seek(0)
        _load(program).send_answer(file, dict(arguments))
    return [json.loads(line) for line in output.getvalue().splitlines()]


def run_here(
    program: Path, arguments: Mapping[str, Any], source: IO[bytes], limits: ProcessLimits, **options: Any
) -> list[dict[str, Any]]:
    """Return what `sandbox.run` returns."""
    if program not in _PROGRAMS:
        return _run(program, arguments, source, limits, **options)
    return _messages(program, arguments, source)


@contextmanager
def stream_here(
    program: Path, arguments: Mapping[str, Any], source: IO[bytes], limits: ProcessLimits
) -> Iterator[Iterator[dict[str, Any]]]:
    """Yield what `sandbox.stream` yields, read at once."""
    if program not in _PROGRAMS:
        with _stream(program, arguments, source, limits) as messages:
            yield messages
        return
    yield iter(_messages(program, arguments, source))
