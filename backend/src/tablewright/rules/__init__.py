"""Rules of datasets: kept as sets with their history, tried on what there is, and given to loads as contracts.

Owns the table rule_sets.
"""
