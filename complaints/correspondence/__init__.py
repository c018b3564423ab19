"""What the city and the people of a case say to each other: messages, mails, photos, files, and the ways back in."""
