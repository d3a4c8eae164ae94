"""Made-up tasks, units and people for a first look; holds data and refuses to decide anything."""
