"""From one version of a table to the next: differences of shape, merging, comparing, putting rows right."""
