"""Strict reading of objects from outside: every key by name and type, and none left over.

`json_objects` reads what a machine sends, `toml_tables` what people write into files of settings. Both build on
`reader.ObjectReader`, which takes the keys; they differ in how a value is written and in how a refusal names its place.
"""
