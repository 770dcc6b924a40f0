"""A program whose clocks all run faster than ours, so that what takes a minute takes some seconds."""

from pathlib import Path


def hurried(times: int) -> dict[str, str]:
    """The environment of such a program (libfaketime)."""
    libraries = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))
    assert libraries, "libfaketime is missing: apt install faketime"
    return {"LD_PRELOAD": str(libraries[0]), "FAKETIME": f"+0 x{times}"}
