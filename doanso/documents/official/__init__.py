"""What every official paper has, of whatever app it comes: head, signature, edges, letters, wording; for print and for Word."""
