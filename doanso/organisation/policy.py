"""Who may look at what a change of the tree would do, and who may make it."""

from doanso.access.policy import Permission

PREVIEW = Permission("organisation.preview", unit_of="unit_id")
CHANGE = Permission("organisation.change", unit_of="unit_id")
