"""Pure decisions about shops, codes and alarms."""
