"""What happened, counted each night and told in words, tables and charts."""
