"""Read queries of reports."""
