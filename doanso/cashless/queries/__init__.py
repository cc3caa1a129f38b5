"""Reads of shops, checks, codes and alarms."""
