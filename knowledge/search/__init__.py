"""What the search answers and proposes, as values; what was searched; how good it is."""
