"""One script or package per claim."""
