"""`doanso grant-role USER ROLE UNIT [--name NAME]`: create the first administrator, or help an officer who is locked out.

No permission is checked: this is a command of the server, and the audit log records it as such.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.actions import grant_role
from doanso.access.models import Role
from doanso.accounts import actions as accounts
from doanso.accounts import queries
from doanso.lib.problems import Refused
from doanso.units.queries import unit_by_code

NOTE = "grant-role"


class Command(BaseCommand):
    help = "Give an account a role at a unit. With --name the account is made, and the code for its password printed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("user")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("unit")
        parser.add_argument("--name", default="", help="full name of an account to be made")

    def handle(self, *args: Any, **options: Any) -> None:
        unit = unit_by_code(options["unit"])
        if unit is None:
            raise CommandError(_("There is no unit “%(code)s”.") % {"code": options["unit"]})
        try:
            with transaction.atomic():
                user = queries.user_by_username(options["user"])
                creates_account = user is None and options["name"]
                if creates_account:
                    user = accounts.create_user(
                        actor=None, username=options["user"], display_name=options["name"], unit_id=unit.pk, note=NOTE
                    )
                if user is None:
                    raise CommandError(_("There is no such account. To make it, give its name: --name “Nguyễn Văn A”."))
                grant_role(actor=None, user=user, role=options["role"], unit=unit, note=NOTE)
                code = accounts.issue_code(actor=None, user=user, unit_id=unit.pk, note=NOTE) if creates_account else ""
        except Refused as refused:
            raise CommandError(refused.problem.message) from refused
        self.stdout.write(_("%(user)s now holds the role at %(unit)s.") % {"user": user.username, "unit": unit.code})
        if code:
            words = _("Code for the password, once, for 10 minutes, on /password/code/: %(code)s")
            self.stdout.write(words % {"code": queries.shown_code(code)})
