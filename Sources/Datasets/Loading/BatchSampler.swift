import Kernels

/// The endless order of images in training: a new permutation for each epoch.
///
/// The order is a function of seed and position alone, so that a run can resume anywhere. An epoch may end
/// within a batch, so that batches are always full, however few images there are.
public struct BatchSampler: Sendable {
    /// How many images there are.
    public let count: Int
    /// The seed of the order.
    public let seed: UInt64
    private var epoch: Int
    private var permutation: [Int]

    /// - Parameter count: how many images there are, at least one.
    public init(count: Int, seed: UInt64) {
        precondition(count > 0, "there is no order of no images")
        self.count = count
        self.seed = seed
        epoch = 0
        permutation = Self.permutation(count: count, seed: seed, epoch: 0)
    }

    /// The index of the image at a position of the stream, counted from 0.
    ///
    /// This is fast within one epoch; the first access to another one takes time proportional to `count`.
    public mutating func index(at position: Int) -> Int {
        precondition(position >= 0, "positions count from 0")
        if position / count != epoch {
            epoch = position / count
            permutation = Self.permutation(count: count, seed: seed, epoch: epoch)
        }
        return permutation[position % count]
    }

    /// Whether the image at a position is flipped, with probability one half.
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
    /// A random permutation of the numbers below `count`, by the Fisher-Yates shuffle.
    ///
    /// It is written out because the standard library's shuffle may change its draws.
    package mutating func permutation(of count: Int) -> [Int] {
        var permutation = Array(0..<count)
        for last in stride(from: count - 1, to: 0, by: -1) {
            permutation.swapAt(last, integer(in: 0..<last + 1))
        }
        return permutation
    }
}
