/// A counter-based random stream.
///
/// The same key and position give the same numbers on any machine and with any number of threads, and the
/// state is a few integers.
///
/// - Source: Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", Philox4x32-10.
public struct RandomStream: Codable, Hashable, Sendable, RandomNumberGenerator {
    /// What the stream is for: streams of one seed with different purposes are independent.
    public enum Purpose: UInt32, Codable, Sendable {
        case initialization = 1
        case latents, samplingOrder, augmentation, dropout, fixedLatents, drawing
        case imageTransforms, heldOutImages, slicing, noise
        case replayedImages, halves, features
    }

    /// The key of the generator.
    public let seed: UInt64
    /// The raw value of the stream's `Purpose`.
    public let purpose: UInt32
    /// Distinguishes streams of one seed and purpose, such as one for each epoch or image.
    public let index: UInt64
    /// The number of 64-bit words drawn so far.
    public private(set) var position: UInt64

    /// Creates a stream at its start.
    public init(seed: UInt64, purpose: Purpose, index: UInt64 = 0) {
        self.seed = seed
        self.purpose = purpose.rawValue
        self.index = index
        self.position = 0
    }

    /// The next 64 random bits.
    public mutating func next() -> UInt64 {
        let block = philox(block: position / 2)
        defer { position += 1 }
        return position % 2 == 0
            ? UInt64(block.0) << 32 | UInt64(block.1)
            : UInt64(block.2) << 32 | UInt64(block.3)
    }

    /// Leaves out so many words.
    package mutating func skip(_ words: Int) { position += UInt64(words) }

    /// A number in [0, 1) with 53 random bits.
    public mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number in the given range.
    public mutating func uniform(in range: Range<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
    }

    /// One of the integers in the given range, each with the same probability up to 2^-64 of it.
    ///
    /// It is the high word of the product of 64 random bits and the range's count, so that every call draws
    /// one word.
    public mutating func integer(in range: Range<Int>) -> Int {
        precondition(!range.isEmpty, "there is no integer in an empty range")
        return range.lowerBound + Int(next().multipliedFullWidth(by: UInt64(range.count)).high)
    }

    private func philox(block: UInt64) -> (UInt32, UInt32, UInt32, UInt32) {
        // The key is the seed; the counter holds the block, the index's low half, and the purpose mixed
        // with the index's high half: streams with indices below 2^32 never share a counter.
        var c0 = UInt32(truncatingIfNeeded: block)
        var c1 = UInt32(truncatingIfNeeded: block >> 32)
        var c2 = UInt32(truncatingIfNeeded: index)
        var c3 = purpose ^ UInt32(truncatingIfNeeded: index >> 32) &* 0x9E37_79B9
        var k0 = UInt32(truncatingIfNeeded: seed)
        var k1 = UInt32(truncatingIfNeeded: seed >> 32)
        for _ in 0..<10 {
            let p0 = UInt64(c0) &* 0xD251_1F53
            let p1 = UInt64(c2) &* 0xCD9E_8D57
            (c0, c1, c2, c3) = (
                UInt32(truncatingIfNeeded: p1 >> 32) ^ c1 ^ k0, UInt32(truncatingIfNeeded: p1),
                UInt32(truncatingIfNeeded: p0 >> 32) ^ c3 ^ k1, UInt32(truncatingIfNeeded: p0)
            )
            k0 = k0 &+ 0x9E37_79B9
            k1 = k1 &+ 0xBB67_AE85
        }
        return (c0, c1, c2, c3)
    }
}
