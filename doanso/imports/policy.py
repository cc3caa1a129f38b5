"""Who may import lists and look at what became of them."""

from doanso.access.policy import Verb

RUN = Verb("imports.run", unit_of="unit_id")
