"""`doanso import-members`: the importer without the pages, by the same steps."""

from doanso.imports.command import ImportCommand


class Command(ImportCommand):
    """See `ImportCommand`."""

    help = "Compare an Excel list of members with the register and import it."
    kind = "members"
