"""Who is in the house: arrived, called, at the counter, gone; and what the screens show of it."""
