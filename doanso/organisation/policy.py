"""Who may look at what a change of the tree would do, and who may make it."""

from doanso.access.policy import Verb

PREVIEW = Verb("organisation.preview", unit_of="unit_id")
CHANGE = Verb("organisation.change", unit_of="unit_id")
