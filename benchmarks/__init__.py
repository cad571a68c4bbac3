"""How fast and how small it is, as ratios within one run against what users would take instead."""
