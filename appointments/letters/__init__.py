"""What a citizen gets into the hand about an appointment: mails, calendar files, reminders, the link anew."""
