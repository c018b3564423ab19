"""The town-hall assistant: answers from the city's own pages, names who is responsible, or says that it does not know."""
