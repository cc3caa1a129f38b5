"""`doanso audit-verify`: verify that the audit log is unchanged."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.audit import queries


class Command(BaseCommand):
    help = (
        "Recompute the hash of every event and the chain of seals; silent when they fit (-v 2: how many), "
        "else exit 1 naming the first row that does not."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        verification = queries.verify()
        if verification.broken:
            raise CommandError(verification.broken, returncode=1)
        if options["verbosity"] < 2:
            return
        words = _(
            "%(chained)s events under %(links)s links are as they were written; %(unchained)s are not chained yet."
        )
        self.stdout.write(
            words % {"chained": verification.chained, "links": verification.links, "unchained": verification.unchained}
        )
