"""How a report becomes a case: from the website, a mail, the counter, another program, all through `reporting`."""
