"""The product's web process, extended by a mark for each batch from its first write until its commit.

The mark is created at the first row that is written and removed when the action returns, so a mark left by a killed process
shows that it died while writing.
"""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection

from doanso import wsgi
from doanso.sync import actions

application = wsgi.application
_MARKS = Path(os.environ["DOANSO_FAULTS_MARKS"])
_receive = actions.receive_batch


def receive(**kwargs: Any) -> Any:
    """Receive a batch with a mark."""
    mark = _MARKS / f"{os.getpid()}-{threading.get_ident()}"

    def note(execute: Callable[..., Any], sql: str, parameters: Any, many: bool, context: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            mark.touch()
        return execute(sql, parameters, many, context)

    try:
        with connection.execute_wrapper(note):
            return _receive(**kwargs)
    finally:
        mark.unlink(missing_ok=True)


actions.receive_batch = receive
