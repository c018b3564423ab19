"""What holds without a database and without a clock: when a place is free, what can happen to an appointment, why a wish is refused."""
