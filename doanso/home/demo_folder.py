"""Names in the demo's data folder, for what makes the demo and for what starts it before the settings are read."""

SIGN_INS = "sign-ins.json"
KEYS = "keys"
"""The folder of the key files with which the demo's people sign."""
GROWING = "growing.json"
"""There while a demo that is served has not come to its moment; read by `home.growth`."""
