"""The visit itself: held, booked, moved, cancelled; with the children of an enrolment."""
