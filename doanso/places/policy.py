"""Permissions on places: see them, enter what was seen there, manage them, assess and recognise them, and write criteria."""

from doanso.access.policy import Permission

VIEW = Permission("places.view", unit_of="unit_id")
VIEW_AT = Permission("places.view", unit_of="id")
"""The same permission, asked of units."""
# Entering checks and survey sheets, plates and photos: also a branch's secretary.
RECORD = Permission("places.record", unit_of="unit_id")
RECORD_AT = Permission("places.record", unit_of="id")
# Places, their registers, public points and self-assessment.
MANAGE = Permission("places.manage", unit_of="unit_id")
MANAGE_AT = Permission("places.manage", unit_of="id")
# Of the leading committee: assessing, recognising, withdrawing; never what one assessed for the place's own unit.
ASSESS = Permission("places.assess", unit_of="unit_id")
ASSESS_AT = Permission("places.assess", unit_of="id")
SET_CRITERIA = Permission("places.set_criteria", unit_of="owner_id")
SET_CRITERIA_AT = Permission("places.set_criteria", unit_of="id")
VIEW_SET = Permission("places.view", unit_of="owner_id")
"""Seeing places, asked of criteria sets: who sees the committee's places may know that it writes criteria."""
