"""Deeds from door to door, one module per subject: teams, cards, and what becomes of what a phone tells."""
