"""Which topic a text fits: learnt from the city's own cases, suggested, judged."""
