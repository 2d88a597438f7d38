import Kernels

/// The endless order in which training sees the images: each epoch is a permutation of its own.
///
/// The order is a function of seed and position alone, so a run goes on anywhere from these two; an
/// epoch's end may fall within a batch, so batches are always full, however few images there are.
public struct BatchSampler: Sendable {
    /// How many images there are.
    public let count: Int
    public let seed: UInt64
    private var epoch: Int
    private var permutation: [Int]

    public init(count: Int, seed: UInt64) {
        precondition(count > 0, "there is no order of no images")
        self.count = count
        self.seed = seed
        epoch = 0
        permutation = Self.permutation(count: count, seed: seed, epoch: 0)
    }

    /// The index of the image at a position of the stream, from 0. Quick within one epoch; the first
    /// look into another takes time in proportion to `count`.
    public mutating func index(at position: Int) -> Int {
        precondition(position >= 0, "positions count from 0")
        if position / count != epoch {
            epoch = position / count
            permutation = Self.permutation(count: count, seed: seed, epoch: epoch)
        }
        return permutation[position % count]
    }

    /// Whether the image at a position is shown mirrored, with probability one half.
    public func isFlipped(at position: Int) -> Bool {
        var stream = RandomStream(seed: seed, purpose: .augmentation, index: UInt64(position))
        return stream.integer(in: 0..<2) == 1
    }

    private static func permutation(count: Int, seed: UInt64, epoch: Int) -> [Int] {
        var stream = RandomStream(seed: seed, purpose: .samplingOrder, index: UInt64(epoch))
        return stream.permutation(of: count)
    }
}

extension RandomStream {
    /// The numbers below `count` in a random order: Fisher and Yates' shuffle, spelled out because the standard
    /// library's may change its draws.
    package mutating func permutation(of count: Int) -> [Int] {
        var permutation = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            permutation.swapAt(last, integer(in: 0..<last + 1))
        }
        return permutation
    }
}
