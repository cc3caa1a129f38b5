"""Record kinds of phones that support registers with `sync`."""
