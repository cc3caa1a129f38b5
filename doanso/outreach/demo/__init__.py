"""The demo data of outreach."""
