"""What phones ask of the server: records and pictures."""
