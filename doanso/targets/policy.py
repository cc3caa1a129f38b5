"""Permissions on programmes: see figures at a unit, load programmes, give targets, and answer to those given."""

from doanso.access.policy import Permission

# Asked of units: a figure belongs to the unit it is about.
VIEW = Permission("targets.view", unit_of="id")
LOAD = Permission("targets.load", unit_of="id")
# Of the unit that gives.
ALLOCATE = Permission("targets.allocate", unit_of="id")
# Of the unit that was given something.
ANSWER = Permission("targets.answer", unit_of="id")
