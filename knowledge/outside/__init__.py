"""The knowledge base as other systems read it: search engines, catalogues, feed readers."""
