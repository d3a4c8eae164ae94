"""What people read: registries and reports, folded from the facts. Disposable, and it records nothing."""
