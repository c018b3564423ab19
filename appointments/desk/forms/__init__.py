"""The clerk's forms."""
