"""What one reader may see of a dataset: rules over rows and columns as frozen values, and what follows from them."""
