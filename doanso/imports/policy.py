"""Who may import lists and look at what became of them."""

from doanso.access.policy import Permission

RUN = Permission("imports.run", unit_of="unit_id")
