"""What the desk hands over to the house: its demo, its counts, what it keeps about a person."""
