"""Permissions to preview and to carry out changes of the tree."""

from doanso.access.policy import Permission

PREVIEW = Permission("organisation.preview", unit_of="unit_id")
CHANGE = Permission("organisation.change", unit_of="unit_id")
