from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    name = "doanso.ledger"

    def ready(self) -> None:
        """Import the start-up check and the read models of the queue, which register themselves on import."""
        from doanso.access.ports import register_probe
        from doanso.ledger import (
            checks,  # noqa: F401
            queries,
        )

        register_probe("ledger.queue", _("Sums of the ledger not added up yet"), queries.count_waiting)
