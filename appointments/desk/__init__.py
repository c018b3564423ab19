"""The clerk's day: who is in the house, who is called where, and what the hall shows."""
