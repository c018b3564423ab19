"""An article from draft to archive, its public rows and its place in the index."""
