"""One sum for all rows of a half: what is written adds to it, what is taken away is subtracted, in any order.

Of each subject's rows a number of 4,096 bits is drawn (SHAKE-128), and the numbers are added up modulo 2**4096. So a
night knows the sum of a whole half from the few subjects that it wrote. Two sets of rows with one sum are as hard to
find as two texts with one sha256: the best known attack on such sums takes 2**(2 * sqrt(4096)) = 2**128 steps
(Wagner's generalised birthday), which 256 bits would not withstand. The digest is the sha256 over what the half is,
where it stands, how many rows it has, and their sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256, shake_128
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lifecycle.store.read_tables import Half

BYTES = 512
MASK = (1 << 8 * BYTES) - 1


def sum_of(subject: str, lines: Iterable[tuple[int, str]]) -> int:
    """The number of one subject's rows, each with its line and cells."""
    told = "".join([f"{line} {cells}\n" for line, cells in lines])
    return int.from_bytes(shake_128(f"{subject}\n{told}".encode()).digest(BYTES), "big") if told else 0


def sum_of_all(rows: Iterable[tuple[str, int, str]]) -> int:
    """The sum of rows in the order of their subjects and lines."""
    return sum(
        sum_of(subject, [(line, cells) for _, line, cells in lines])
        for subject, lines in groupby(rows, key=itemgetter(0))
    )


def as_text(total: int) -> str:
    """A sum as it is kept."""
    return f"{total & MASK:x}"


def as_number(total: str) -> int:
    """A kept sum; of what is no number, one that no rows have."""
    try:
        return int(total or "0", 16)
    except ValueError:
        return -1


def digest_of(half: Half) -> str:
    """The digest of a half whose rows add up to its sum."""
    head = f"{half.projection} {half.version} {half.columns} {half.n} {half.rows}\n"
    return sha256(f"{head}{half.total}\n".encode()).hexdigest()
