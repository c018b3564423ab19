"""How staff sign in, what their roles may do, and what their lists share."""
