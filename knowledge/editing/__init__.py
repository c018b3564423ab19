"""The editors' side of the knowledge base: rights, the article form, reports and their cures."""
