"""Decisions of reports."""
