"""The demo's part of outreach."""
