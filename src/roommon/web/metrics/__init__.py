"""`/metrics` for Prometheus: how roommon itself is, and on request what it reads."""
