"""SQL dumps: the tables that a script would make, read from its text. Nothing in the script is ever run.

`tokens` cuts the stream into tokens, `literals` gives values to those that stand for one, `definitions` reads
CREATE and ALTER TABLE, `blocks` reads long stretches of plain rows without looking at each value, `rows` collects
them, and `dump` knows the statements.
"""
