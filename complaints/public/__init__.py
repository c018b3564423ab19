"""What everyone may read of the cases, find among them and follow."""
