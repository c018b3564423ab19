"""What runs the house on a host: the database that comes along, the processes, their health and their log."""
