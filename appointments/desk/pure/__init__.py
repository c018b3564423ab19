"""What holds without a database and without a clock: the steps of a person in the house, and how long a wait may take."""
