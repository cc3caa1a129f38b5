"""Who sees a programme's figures at a unit, who loads programmes, gives targets on, and answers to those given."""

from doanso.access.policy import Permission

# Asked of units: a figure belongs to the unit it is about.
VIEW = Permission("targets.view", unit_of="id")
LOAD = Permission("targets.load", unit_of="id")
# Of the unit that gives.
ALLOCATE = Permission("targets.allocate", unit_of="id")
# Of the unit that was given something.
ANSWER = Permission("targets.answer", unit_of="id")
