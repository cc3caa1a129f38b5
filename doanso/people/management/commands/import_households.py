"""`doanso import-households`: lists of homes and shops by street, by the importer's own steps."""

from doanso.imports.command import ImportCommand


class Command(ImportCommand):
    """See `ImportCommand`."""

    help = "Compare an Excel list of homes and shops with the unit's doors, and import it."
    kind = "households"
