"""Where: from a typed address or a point to a position, and the plan of the city that this needs."""
