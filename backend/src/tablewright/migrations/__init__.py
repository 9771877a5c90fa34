"""Schema migrations, run by the owner of the tables. Expand, migrate, contract: each its own release."""
