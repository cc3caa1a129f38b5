"""Re-checks: of what a unit says it did, a sample drawn by chance is asked again, and what they answer stands beside it."""
