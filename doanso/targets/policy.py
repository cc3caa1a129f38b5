"""Permissions on programmes: see figures at a unit, load programmes, give targets, and answer targets given."""

from doanso.access.policy import Permission

# Checked on units: a figure belongs to the unit it is about.
VIEW = Permission("targets.view", unit_of="id")
LOAD = Permission("targets.load", unit_of="id")
# Checked on the giving unit.
ALLOCATE = Permission("targets.allocate", unit_of="id")
# Checked on the receiving unit.
ANSWER = Permission("targets.answer", unit_of="id")
# Checked on drafts: the same people write a programme and publish it.
DRAFT = Permission("targets.load", unit_of="root_id")
