"""Who sees periods and reports, sends a unit's month, decides about one that was sent, writes reports, keeps layouts."""

from doanso.access.policy import Verb

# Of periods and reports; of a unit by `allows_at`.
VIEW = Verb("reports.view", unit_of="unit_id")
# The same, asked of units.
VIEW_AT = Verb("reports.view", unit_of="id")
SEND = Verb("reports.send", unit_of="unit_id")
# Accept, return and close: for whoever stands above the unit; the root of a programme is closed by its own officers.
DECIDE = Verb("reports.decide", unit_of="unit_id")
# Words and claims beside figures: reports, reasons given for a month, estimates.
WRITE = Verb("reports.write", unit_of="unit_id")
# The same, asked of a unit and not of its report.
VIEW_AT = Verb("reports.view", unit_of="id")
WRITE_AT = Verb("reports.write", unit_of="id")
KEEP_LAYOUTS = Verb("reports.keep_layouts", unit_of="unit_id")
