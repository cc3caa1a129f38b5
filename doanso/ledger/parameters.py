"""Parameters of an indicator, for the families that take just one or none."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused


def only_parameter(family: str, parameters: Mapping[str, Any], name: str) -> Any:
    """Return the one parameter that a family takes, None where it is missing; raise Refused for any other."""
    others = sorted(str(key) for key in parameters if key != name)
    if others:
        message = _("“%(family)s” knows no parameter “%(name)s”; leave it out.")
        raise Refused(Problem("measure_parameters", message % {"family": family, "name": others[0]}))
    return parameters.get(name)


def no_parameters(family: str, parameters: Mapping[str, Any]) -> None:
    """Refuse any parameter of a family that takes none."""
    if parameters:
        message = _("“%(family)s” takes no “parameters”; leave them out.") % {"family": family}
        raise Refused(Problem("measure_parameters", message, min(str(key) for key in parameters)))
