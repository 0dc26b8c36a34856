"""How pages are found and fetched: sources, spiders, the frontier, guards, the schedule and the command line."""
