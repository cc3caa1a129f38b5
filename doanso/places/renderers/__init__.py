"""What places write as documents and pictures."""
