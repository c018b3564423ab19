"""The clerk's pages, and the two screens of the hall."""
