"""What the city has laid down for every case: what is asked, who gets it, until when."""
