"""What other systems hand over: a catalogue of services read out of foreign files and taken over."""
