"""Decisions about persons on plain values; no database, no request."""
