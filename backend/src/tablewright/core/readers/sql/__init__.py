"""SQL dumps: the tables that a script would make, read from its text. Nothing in the script is ever run.

`script` goes through the statements and gives each to its kind in `statements`. What they say is read by `tokens` (the
stream cut into tokens), `ends` (where a statement ends), `header`, `definitions` (CREATE and ALTER TABLE), `literals`
(values), `changes` (conditions and assignments) and `blocks` (long stretches of plain rows without looking at each
value). What they make is kept in `dump`: `rows` for each table, which `reader` hands over.
"""
