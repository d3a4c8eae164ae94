"""What the ledger promises, as running examples."""
