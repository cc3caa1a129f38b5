"""The test authority: certificates without legal force, for development, demo and tests. It says so in every subject."""
