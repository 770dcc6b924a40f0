"""roommon watches a server room: it polls sensors, judges readings, keeps them, and tells people."""
