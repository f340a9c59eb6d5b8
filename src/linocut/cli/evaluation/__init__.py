"""What ``linocut evaluate`` is made of: what is judged, the sections, and the files written."""
