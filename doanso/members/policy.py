"""Who may see members and do what to them."""

from doanso.access.policy import Verb

VIEW = Verb("members.view", unit_of="branch_id", own_of="person__user")
ADMIT = Verb("members.admit", unit_of="branch_id")
CHANGE = Verb("members.change", unit_of="branch_id")
TRANSFER = Verb("members.transfer", unit_of="branch_id")
EXPORT = Verb("members.export", unit_of="branch_id")
EXEMPT = Verb("members.exempt", unit_of="branch_id")
