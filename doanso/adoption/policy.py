"""Who sees people's use of services and who attests it. Both are asked of stays: a person is seen where they stand."""

from doanso.access.policy import Verb

VIEW = Verb("adoption.view", unit_of="branch_id", own_of="person__user")
ATTEST = Verb("adoption.attest", unit_of="branch_id")
# Calling back is for whoever stands above those who attest.
RECHECK = Verb("adoption.recheck", unit_of="branch_id")
