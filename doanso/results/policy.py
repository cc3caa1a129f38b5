"""Permissions on results: see them, report and correct them, and attest those of others."""

from doanso.access.policy import Permission

VIEW = Permission("results.view", unit_of="unit_id")
VIEW_AT = Permission("results.view", unit_of="id")
"""The same permission, asked of units."""
RECORD = Permission("results.record", unit_of="unit_id")
RECORD_AT = Permission("results.record", unit_of="id")
# From above: a unit's secretary attests results of the units below, never the unit's own.
ATTEST = Permission("results.attest", unit_of="unit_id")
ATTEST_AT = Permission("results.attest", unit_of="id")
