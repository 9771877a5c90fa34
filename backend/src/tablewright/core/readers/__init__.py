"""Readers turn files into tables with nothing lost and nothing guessed in silence.

`load.run` is the one entry: it finds the reader by content, and every table it returns comes with a
receipt in which rows seen = rows loaded + rows quarantined + rows skipped.
"""
