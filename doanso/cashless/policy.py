"""Permissions on shops and their payment codes: see them, check them, keep codes, and approve changes of codes."""

from doanso.access.policy import Permission

VIEW = Permission("cashless.view", unit_of="unit_id")
VIEW_AT = Permission("cashless.view", unit_of="id")
"""The same permission, asked of units."""
CHECK = Permission("cashless.check", unit_of="unit_id")
MANAGE = Permission("cashless.manage", unit_of="unit_id")
MANAGE_AT = Permission("cashless.manage", unit_of="id")
VIEW_PHOTO = Permission("cashless.view", unit_of="alarm__unit_id")
MANAGE_PHOTO = Permission("cashless.manage", unit_of="alarm__unit_id")
"""The same permissions, asked of photos of alarms."""
# A second officer, never the one who asked.
APPROVE = Permission("cashless.approve", unit_of="unit_id")
