"""The rules of an office are edited with open eyes: what changes, whom it affects, and the way back."""
