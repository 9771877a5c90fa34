"""The formula language: text that people write becomes a typed tree, and the tree becomes SQL.

`parser` reads text, `scope` says what names mean, `text` turns names into ids and back, `check` gives types and levels,
`compile` writes SQLGlot trees, `graph` orders formulas that use formulas, `complete` helps while writing, `docs` prints
what `functions` defines. What is true of every formula, whatever function it uses:

- No value (null) in, no value out, except where a function says otherwise. `&` reads no value as empty text.
- What cannot be computed (division by zero, the root of -1, a number or date out of range) is no value, never an
  error of the question. There is no infinity and no NaN in formulas.
- Whole numbers and decimals are exact; a division is a float. Text compares by its exact characters.
"""
