"""The kinds of records that phones bring, as `sync` takes them in."""
