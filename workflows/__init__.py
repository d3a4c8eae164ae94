"""The plans as data, and the rules they name."""
