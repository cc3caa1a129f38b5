"""Keys that sort by the time they were made (RFC 9562, version 7); Python 3.12 and 3.13 have no maker of their own."""

import os
import time
import uuid


def uuid7() -> uuid.UUID:
    """A new UUIDv7. Never a secret by itself: its first 48 bits are the clock."""
    random_bits = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000) << 80
    value |= 0x7 << 76
    value |= (random_bits >> 68 & 0xFFF) << 64
    value |= 0b10 << 62
    value |= random_bits & ((1 << 62) - 1)
    return uuid.UUID(int=value)
