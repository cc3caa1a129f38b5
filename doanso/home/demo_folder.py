"""Names in the demo's data folder, used both by `home.demo` and by `start_demo` before the settings are read."""

SIGN_INS = "sign-ins.json"
KEYS = "keys"
"""The folder of the key files with which the demo's people sign."""
GROWING = "growing.json"
"""Exists while a served demo has not reached its moment; read by `home.growth`."""
