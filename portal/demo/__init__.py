"""The demo city Lindenau an der Aue: its files read, its people and offices set up."""
