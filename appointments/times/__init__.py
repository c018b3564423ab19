"""The free times: the rules of the city, what is left of them, and the one place that is taken out of it."""
