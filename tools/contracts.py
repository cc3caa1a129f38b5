"""Custom contracts for import-linter."""

import grimp
from importlinter import Contract, ContractCheck, fields, output


class PrivateRooms(Contract):
    """Modules with certain names belong to their app: only that app imports them.

    `root` is the package that holds the apps, `private` the names (`views` means `views_rights` too); a name with a leading
    underscore is always private.
    Project files beside the apps (urls.py and the like) may wire them together, so only apps are judged as importers.
    """

    root = fields.StringField()
    private = fields.ListField(subfield=fields.StringField())

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        root = str(self.root)
        private = {str(name) for name in self.private}  # type: ignore[attr-defined]
        apps = {child for child in graph.find_children(root) if graph.find_children(child)}
        broken = [
            (importer, imported)
            for imported in sorted(graph.modules)
            if (owner := _app_of(imported, apps)) and _is_private(imported.removeprefix(owner + "."), private)
            for importer in sorted(graph.find_modules_that_directly_import(imported))
            if (other := _app_of(importer, apps)) and other != owner
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"- {importer} -> {imported}", bold=False)


def _app_of(module: str, apps: set[str]) -> str:
    return next((app for app in apps if module.startswith(app + ".")), "")


def _is_private(path: str, names: set[str]) -> bool:
    return any(
        part.partition("_")[0] in names or (part.startswith("_") and not part.startswith("__"))
        for part in path.split(".")
    )
