"""Everybody gets the same chance: who counts as one person, who is a program, whose document is ready, what looks like resale."""
