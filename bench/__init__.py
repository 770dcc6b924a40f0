"""What `make bench` runs (docs/performance.md). It prints and writes numbers, and never fails for being slow."""
