"""The plans as data: what they say, what the loader refuses, what is shown of them."""
