import Images

/// How near images come to what they should be: means over images.
public struct ImageSimilarity: Codable, Hashable, Sendable {
    /// Pairs of images so far.
    public private(set) var count = 0
    private var differences = 0.0
    private var similarities = 0.0

    /// A mean over no images yet.
    public init() {}

    /// The mean absolute difference of the pixels, in levels of 255.
    public var difference: Double { differences / Double(max(1, count)) }
    /// The structural similarity, 1 for the same; see `Image.structuralSimilarity`.
    public var ssim: Double { similarities / Double(max(1, count)) }

    /// Takes in a pair of images of the same shape, at least 11 pixels wide and high.
    public mutating func add(_ made: Image, _ wanted: Image) {
        precondition(
            (made.width, made.height, made.channels) == (wanted.width, wanted.height, wanted.channels))
        let sum = zip(made.pixels, wanted.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        differences += Double(sum) / Double(made.pixels.count)
        similarities += made.structuralSimilarity(to: wanted)
        count += 1
    }
}
