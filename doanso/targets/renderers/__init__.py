"""Files that targets writes."""
