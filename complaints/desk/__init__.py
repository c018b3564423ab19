"""What clerks do: the inbox, the deeds on a case, and the alarms when a deadline passes."""
