"""The entrance for registers of the time before: rows become commands by a mapping; it guesses no cell and no state."""
