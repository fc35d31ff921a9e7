"""Which disk a file system lies on: node_exporter counts traffic by disk, and space by partition."""

import re
from typing import Final, TypeVar

T = TypeVar("T")

NO_DISKS: Final = frozenset({"tmpfs", "devtmpfs", "overlay", "squashfs"})
"""Types of file systems that are no disks. Source: wire contract 3.5."""
_NUMBERED: Final = re.compile(r"^(.*\d)p\d+$")
"""Partitions of disks whose names end in a digit: nvme0n1p2, mmcblk0p1."""
_LETTERED: Final = re.compile(r"^([a-z]+)\d+$")
"""Partitions of disks whose names do not: sda2, vdb1."""


def disk_of(device: str, traffic: dict[str, T]) -> T | None:
    """The traffic of the disk that a device of a mount belongs to; None when it has none of its own.

    Args:
        device: as the mount names it, for example `/dev/sda2`.
        traffic: by disk, for example `sda`.
    """
    name = device.rpartition("/")[2]
    for pattern in (None, _NUMBERED, _LETTERED):
        candidate = name if pattern is None else pattern.sub(r"\1", name)
        if candidate in traffic:
            return traffic[candidate]
    return None
