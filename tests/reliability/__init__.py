"""What stores are put through: disks that fail or are full, processes that are killed, servers that go down.

Each test has a short form, which `make check` runs, and a long one, which `make soak` runs for as long as it is told.
"""
