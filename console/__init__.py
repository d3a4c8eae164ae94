"""What stands behind each `khcn` command: reads options, calls the desk, prints. Decides nothing."""
