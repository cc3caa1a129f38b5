"""What computes the values of criteria; each module registers its formulas (`formulas.register_formula`)."""


def register() -> None:
    """Register all formulas; called once at start-up."""
