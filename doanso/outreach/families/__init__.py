"""What outreach gives the ledger, one module per kind of record."""
