"""The status page: what stands, to whom it is shown, and who may do what about it."""
