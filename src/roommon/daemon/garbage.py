"""The garbage collector, kept from walking over what lives as long as the configuration.

Readings come and go by reference counts alone. Left as it is, the collector looks at some hundred thousand lasting
objects several times a second, which took a fifth of the daemon's CPU.
"""

import gc

_YOUNG = 100_000
"""Objects that may be made, beyond those that went, before it looks at them: some 10 MB were all garbage."""


def settle() -> None:
    """Collect now, and leave what is still there alone until the next call: at the start, and after a reload."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG, 10, 10)


def collect() -> None:
    """Collect what came and went since `settle`: some milliseconds, every few seconds.

    An error may hold its frames, and those what was on its way: 5 MB for each attempt at an InfluxDB that is away.
    """
    gc.collect()
