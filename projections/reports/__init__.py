"""Reports: what a Department tells of a period, folded from the facts when it is asked for. They record nothing."""
