"""`doanso verify`: every check of an installation, with one exit code."""

from doanso.home import integrity_checks
from doanso.home.integrity_checks import IntegrityCheck
from doanso.home.management.commands import check_database


class Command(check_database.Command):
    help = (
        "Run all checks: database, keys, every encrypted value, history, figures and every stored file; silent when all is "
        "well, else each fault with what to do about it, and exit code 1."
    )
    says_remedies = True

    def checks(self) -> list[IntegrityCheck]:
        """Return the checks of the database and of every stored file."""
        return integrity_checks.all_checks()
