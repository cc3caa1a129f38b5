"""Permissions to import lists and to see their outcomes."""

from doanso.access.policy import Permission

RUN = Permission("imports.run", unit_of="unit_id")
