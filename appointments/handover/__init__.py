"""What the service hands over to the house: its demo, its part of the catalogue, links, what it keeps about a person."""
