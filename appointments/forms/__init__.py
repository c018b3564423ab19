"""The citizen's forms."""
