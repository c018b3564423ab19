"""The waiting list: who wishes what, and who is offered a time that became free."""
