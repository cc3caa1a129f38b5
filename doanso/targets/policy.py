"""Who sees a programme's figures at a unit, who loads programmes, gives targets on, and answers to those given."""

from doanso.access.policy import Verb

# Asked of units: a figure belongs to the unit it is about.
VIEW = Verb("targets.view", unit_of="id")
LOAD = Verb("targets.load", unit_of="id")
# Of the unit that gives.
ALLOCATE = Verb("targets.allocate", unit_of="id")
# Of the unit that was given something.
ANSWER = Verb("targets.answer", unit_of="id")
