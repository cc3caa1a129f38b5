"""Who sees a programme's figures at a unit, and who loads programmes."""

from doanso.access.policy import Verb

# Asked of units: a figure belongs to the unit it is about.
VIEW = Verb("targets.view", unit_of="id")
LOAD = Verb("targets.load", unit_of="id")
