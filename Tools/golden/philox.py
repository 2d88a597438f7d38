"""The random stream of the package, so that PyTorch can use the same numbers: Salmon et al. 2011, "Parallel
random numbers: as easy as 1, 2, 3", Philox4x32-10, laid out as in Sources/Kernels/RandomStream.swift."""

import numpy
import torch

DROPOUT, NOISE = 5, 11


class Stream:
    def __init__(self, seed: int, purpose: int):
        self.seed, self.purpose, self.position = seed, purpose, 0

    def words(self, count: int) -> numpy.ndarray:
        """The next 64-bit words."""
        positions = numpy.arange(self.position, self.position + count, dtype=numpy.uint64)
        self.position += count
        low = numpy.uint64(0xFFFFFFFF)
        shift = numpy.uint64(32)
        block = positions // numpy.uint64(2)
        c0, c1 = block & low, block >> shift
        c2 = numpy.zeros_like(block)
        c3 = numpy.full_like(block, self.purpose)
        k0, k1 = self.seed & 0xFFFFFFFF, self.seed >> 32
        for _ in range(10):
            p0, p1 = c0 * numpy.uint64(0xD2511F53), c2 * numpy.uint64(0xCD9E8D57)
            c0, c1, c2, c3 = (
                (p1 >> shift) ^ c1 ^ numpy.uint64(k0), p1 & low,
                (p0 >> shift) ^ c3 ^ numpy.uint64(k1), p0 & low)
            k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
        return numpy.where(positions % numpy.uint64(2) == 0, c0 << shift | c1, c2 << shift | c3)

    def uniform(self, *shape: int) -> torch.Tensor:
        """In [0, 1), of 24 bits."""
        words = self.words(int(numpy.prod(shape))) >> numpy.uint64(40)
        return torch.from_numpy(words.astype(numpy.float64) * 2.0**-24).reshape(shape)

    def normal(self, *shape: int) -> torch.Tensor:
        """Standard normal, by Box and Muller: pairs of numbers of 53 bits."""
        count = int(numpy.prod(shape))
        numbers = (self.words(count + count % 2) >> numpy.uint64(11)).astype(numpy.float64) * 2.0**-53
        radius, angle = numpy.sqrt(-2 * numpy.log(1 - numbers[::2])), 2 * numpy.pi * numbers[1::2]
        pairs = numpy.stack([radius * numpy.cos(angle), radius * numpy.sin(angle)], axis=1)
        return torch.from_numpy(pairs.reshape(-1)[:count]).reshape(shape)
