"""Permissions on partners: officers of a unit and of those above see and keep them. Contacts are masked for inspectors."""

from doanso.access.policy import Permission

VIEW = Permission("partners.view", unit_of="unit_id")
VIEW_AT = Permission("partners.view", unit_of="id")
"""The same permission, asked of units."""
MANAGE = Permission("partners.manage", unit_of="unit_id")
MANAGE_AT = Permission("partners.manage", unit_of="id")
