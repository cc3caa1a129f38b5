"""The whole data of a unit in one archive: lists as spreadsheets, and a text that says what each of them is."""
