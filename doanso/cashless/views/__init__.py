"""Pages of shops, their codes and alarms."""
