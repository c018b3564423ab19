"""What citizens see of articles, as values: pages, lists, open doors."""
