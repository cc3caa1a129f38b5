from typing import Any

from django.core.management.base import BaseCommand

from doanso.ledger.recount import recount


class Command(BaseCommand):
    """`doanso recount`: silent with exit code 0 when every figure is right; else prints each difference by name and exits with
    code 1."""

    help = "Add the ledger up anew and compare it with totals, facts and the records of every app."

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = False
        for difference in recount():
            wrong = True
            self.stdout.write(str(difference))
        if wrong:
            raise SystemExit(1)
