"""What the cases add up to: today, in a period, in a year. Reads only."""
