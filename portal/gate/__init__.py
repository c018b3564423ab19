"""What every request passes, and the pages for what is turned away."""
