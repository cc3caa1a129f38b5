"""`doanso adopt-keys`: start with other keys, only on an empty database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.home import keys
from doanso.lib.problems import Refused


class Command(BaseCommand):
    help = "Take the keys in use for those of this database; refused when anybody has an account or anything is encrypted in it."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            keys.adopt_keys()
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        self.stdout.write(_("This database is written with the keys in use from now on. Back up secrets.json."))
