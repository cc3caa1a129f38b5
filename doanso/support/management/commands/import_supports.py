"""`doanso import-supports`: lists of people helped, by the importer's own steps."""

from doanso.imports.command import ImportCommand


class Command(ImportCommand):
    """See `ImportCommand`."""

    help = "Compare an Excel list of people and shops helped with what is recorded, and import it."
    kind = "supports"
