"""Strict reading of objects from outside: every key by name and type, and no others.

`json_objects` reads messages of machines, `toml_tables` files of settings that people write. Both build on
`reader.ObjectReader`, which takes the keys; they differ in how a value is written and in how a refusal names its place.
"""
