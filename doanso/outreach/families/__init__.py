"""Families of facts that outreach registers with the ledger, one module per kind of record."""
