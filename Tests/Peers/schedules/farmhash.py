"""The jitter of a nominal time, from its definition: to check each server by itself.

The seed is the namespace's id and the schedule's. Namespaces get ids of their own on each server, so jittered times
cannot be compared between two.
"""

import struct

MASK = 0xFFFFFFFF
C1, C2 = 0xCC9E2D51, 0x1B873593


def _rotate(value: int, bits: int) -> int:
    return (value >> bits | value << (32 - bits)) & MASK


def _step(value: int) -> int:
    return (_rotate(value, 19) * 5 + 0xE6546B64) & MASK


def _scramble(value: int) -> int:
    return _rotate(value * C1 & MASK, 17) * C2 & MASK


def _mix(value: int, into: int) -> int:
    return _step(into ^ _scramble(value & MASK))


def fingerprint32(data: bytes) -> int:
    """FarmHash's, for 25 bytes and more."""
    size = len(data)
    if size <= 24:
        raise ValueError("too short: the id of a namespace alone is longer")

    def tail(distance: int) -> int:
        return _scramble(struct.unpack_from("<I", data, size - distance)[0])

    start = C1 * size & MASK
    h = _step(_step(size ^ tail(4)) ^ tail(16))
    g = _step(_step(start ^ tail(8)) ^ tail(12))
    f = (_rotate((start + tail(20)) & MASK, 19) + 113) & MASK
    for block in range((size - 1) // 20):
        a, b, c, d, e = struct.unpack_from("<5I", data, block * 20)
        h = (_mix(d, h + a & MASK) + e) & MASK
        g = (_mix(c, g + b & MASK) + a) & MASK
        f = (_mix(b + e * C1, f + c & MASK) + d) & MASK
        f = (f + g) & MASK
        g = (g + f) & MASK
    g = _rotate(_rotate(g, 11) * C1 & MASK, 17) * C1 & MASK
    f = _rotate(_rotate(f, 11) * C1 & MASK, 17) * C1 & MASK
    h = _rotate(_step(h + g & MASK), 17) * C1 & MASK
    return _rotate(_step(h + f & MASK), 17) * C1 & MASK


def jittered(nominal: int, following: int | None, jitter: float, seed: str) -> int:
    """When what is due at `nominal` takes place, in nanoseconds; times are nanoseconds since 1970."""
    seconds = nominal // 10**9 + 62_135_596_800
    share = fingerprint32(b"\x01" + struct.pack(">Q", seconds) + b"\0\0\0\0\xff\xff" + seed.encode())
    longest = int(jitter * 1000)
    if following is not None:
        longest = min(longest, (following - nominal) // 10**6)
    return nominal + (share * min(max(longest, 0), MASK) >> 32) * 10**6
