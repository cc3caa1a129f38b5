"""Pages of 1+2."""
