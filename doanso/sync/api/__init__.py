"""The phones' API: records and pictures."""
