"""What a device is, found out at the bench: which profile fits, why, what looks wrong, and what to write about it.

Nothing here prints. What asks a device (`agent`, `line`, `scan`) is given its bus or link; everything else is pure.
"""
