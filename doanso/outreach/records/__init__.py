"""Record kinds of phones that outreach registers with `sync`."""
