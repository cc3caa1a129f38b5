"""Start-up check: every family that an open book counts has an owner that can supply its facts again."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections

from doanso.ledger.models import Measure
from doanso.ledger.recount import unserved_families


@checks.register(checks.Tags.database)
def every_open_family_is_served(databases: Sequence[str] | None = None, **_other: Any) -> list[checks.CheckMessage]:
    """Return an error for each family without an owner.

    It needs a database, so it runs in `migrate`, in `check --database default` and in the serving processes.
    """
    if "default" not in (databases or ()):
        return []
    if Measure._meta.db_table not in connections["default"].introspection.table_names():
        return []
    return [
        checks.Error(
            f"An open book counts {name!r}, and no app serves that family.",
            hint="Install the app that keeps these facts, or restore it.",
            id="ledger.E001",
        )
        for name in unserved_families()
    ]
