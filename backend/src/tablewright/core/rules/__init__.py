"""Rules: named conditions over rows, results and change. What they say, when they fire, and what a load does then."""
