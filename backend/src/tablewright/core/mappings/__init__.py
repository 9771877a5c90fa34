"""From the columns of a file to the columns of a dataset: what is taken from where, and how it is read."""
