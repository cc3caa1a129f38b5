"""What computes the values of criteria; each module registers its formulas (`formulas.register_formula`)."""

from doanso.places.values import checks, points, registers


def register() -> None:
    """Register all formulas; called once at start-up."""
    registers.register()
    checks.register()
    points.register()
