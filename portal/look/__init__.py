"""What pages and mails show: the city's look, texts, dates, amounts and charts in their final form."""
