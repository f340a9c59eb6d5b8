"""Files as they were when they were opened: on this machine, behind a URL, in a copy."""
