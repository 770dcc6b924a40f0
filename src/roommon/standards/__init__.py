"""Standards and guidelines as rules: one YAML file each, and the format that they are written in."""
