"""The cases of the demo city, each with its history."""
