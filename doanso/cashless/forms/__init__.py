"""Forms of shops, codes, changes and alarms."""
