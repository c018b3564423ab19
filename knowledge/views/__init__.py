"""The pages that citizens open."""
