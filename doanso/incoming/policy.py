"""Permissions to keep a unit's book of incoming documents; branches have no office and keep none."""

from doanso.access.policy import Permission

KEEP_BOOK = Permission("documents.keep_book", unit_of="unit_id")
KEEP_BOOK_AT = Permission("documents.keep_book", unit_of="id")
"""The same permission, asked of units."""
