"""`doanso work`: the worker, until SIGTERM or Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand

from doanso.audit.actions import seal_all
from doanso.home.worker import WorkerLoop
from doanso.tally.actions import fold


class Command(BaseCommand):
    help = "Run tasks, fold the ledger's queue and seal the audit chain, until told to stop."

    def handle(self, **options: Any) -> None:
        WorkerLoop({"folding": fold, "sealing": seal_all}).run()
