"""What other systems hand over as files: old cases and the list of addresses."""
