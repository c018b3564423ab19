"""Articles that come from outside, again and again: from a catalogue or a file."""
