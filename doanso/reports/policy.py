"""Who sees periods and reports, sends a unit's month, decides about one that was sent, writes reports, keeps layouts."""

from doanso.access.policy import Verb

# Of periods and reports; of a unit by `allows_at`.
VIEW = Verb("reports.view", unit_of="unit_id")
SEND = Verb("reports.send", unit_of="unit_id")
# Accept, return and close: for whoever stands above the unit; the root of a programme is closed by its own officers.
DECIDE = Verb("reports.decide", unit_of="unit_id")
WRITE = Verb("reports.write", unit_of="unit_id")
KEEP_LAYOUTS = Verb("reports.keep_layouts", unit_of="unit_id")
