import Images

/// A summary of the images in a source, from decoding all of them.
public struct DatasetSummary: Sendable {
    /// The minimum, median and maximum of an extent of the images, in pixels.
    public struct Spread: Codable, Hashable, Sendable {
        /// The smallest extent, in pixels.
        public let minimum: Int
        /// The median extent, in pixels.
        public let median: Int
        /// The largest extent, in pixels.
        public let maximum: Int

        /// Creates a spread, in pixels.
        public init(minimum: Int, median: Int, maximum: Int) {
            (self.minimum, self.median, self.maximum) = (minimum, median, maximum)
        }
    }

    /// A size and the number of images that have it.
    public struct CommonSize: Codable, Hashable, Sendable {
        /// In pixels.
        public let width: Int
        /// In pixels.
        public let height: Int
        /// How many images have this size.
        public let images: Int

        /// Creates a size, in pixels, with its count.
        public init(width: Int, height: Int, images: Int) {
            (self.width, self.height, self.images) = (width, height, images)
        }
    }

    /// The path of the data.
    public let path: String
    /// The kind of data, such as "MNIST images (IDX)".
    public let kind: String
    /// The number of images that can be decoded.
    public let count: Int
    /// The class of each decodable image; nil without classes.
    public let labels: [Int]?
    /// The names of the classes that have at least one decodable image.
    public let classNames: [String]
    /// Images that cannot be decoded.
    public let skipped: [SkippedImage]
    /// Remarks for the user on how the data was read.
    public let notes: [String]

    /// The images' widths.
    public let width: Spread
    /// The images' heights.
    public let height: Spread
    /// The shorter sides of the images.
    public let shortSide: Spread
    /// The size that most images have.
    public let mostCommonSize: CommonSize
    /// Images whose width is not their height.
    public let notSquareCount: Int
    /// How many images have 1, 2, 3 and 4 channels, in this order.
    public let channelCounts: [Int]
    /// Images with at least one pixel that is not opaque.
    public let transparentCount: Int

    private let facts: [ImageFacts]
    /// The indices of the source's images that can be decoded.
    let usedIndices: [Int]

    /// Decodes all images of a source, in parallel.
    ///
    /// - Parameter progress: as for `Dataset`.
    /// - Throws: `DatasetError.noneDecodable`.
    public init(_ source: any ImageSource, progress: Dataset.Progress? = nil) throws(DatasetError) {
        try self.init(source, progress: progress) { _, _ in }
    }

    /// Hands each decoded image to `use`, on many threads at once.
    init(
        _ source: any ImageSource, progress: Dataset.Progress?,
        use: @Sendable (_ index: Int, _ image: Image) -> Void
    ) throws(DatasetError) {
        try self.init(source, DecodingOutcomes(source, progress: progress, use: use))
    }

    /// - Parameter outcomes: of decoding all images of the source.
    init(_ source: any ImageSource, _ outcomes: DecodingOutcomes) throws(DatasetError) {
        var seen: [ImageFacts] = []
        var usedIndices: [Int] = []
        var skipped: [SkippedImage] = []
        for index in 0..<outcomes.count {
            if let reason = outcomes.failures[index] {
                skipped.append(SkippedImage(file: source.name(at: index), reason: reason))
            } else {
                seen.append(outcomes.facts(at: index))
                usedIndices.append(index)
            }
        }
        guard !seen.isEmpty else {
            guard let first = skipped.first else { throw .noImages(path: source.path, seen: [:]) }
            throw .noneDecodable(path: source.path, count: source.count, first: first)
        }

        facts = seen
        path = source.path
        kind = source.kind
        notes = source.notes
        count = seen.count
        self.skipped = skipped
        self.usedIndices = usedIndices
        (labels, classNames) = Self.classesInUse(
            labels: source.labels.map { all in usedIndices.map { all[$0] } }, names: source.classNames)

        width = Spread(of: seen.map(\.width))
        height = Spread(of: seen.map(\.height))
        shortSide = Spread(of: seen.map { min($0.width, $0.height) })
        mostCommonSize = Self.mostCommonSize(seen)
        notSquareCount = seen.count { $0.width != $0.height }
        channelCounts = (1...4).map { channels in seen.count { $0.channels == channels } }
        transparentCount = seen.count(where: \.isTransparent)
    }

    /// How many images each class has, in the order of `classNames`.
    public var classCounts: [Int] {
        var counts = [Int](repeating: 0, count: classNames.count)
        for label in labels ?? [] { counts[label] += 1 }
        return counts
    }

    /// 1 if every image is gray, or else 3.
    public var suggestedChannels: Int { channelCounts[2] + channelCounts[3] == 0 ? 1 : 3 }

    /// The largest power of two from 16 to `limit` for which images of the median short side need be enlarged
    /// by a quarter at most: 28 pixels suggest 32.
    public func suggestedSize(atMost limit: Int = 64) -> Int {
        var size = 16
        while 2 * size <= limit && 2 * size * 4 <= shortSide.median * 5 { size *= 2 }
        return size
    }

    /// A size with sides that are multiples of 16, about in the shape of most images, if that is clearly no square.
    ///
    /// - Parameter side: the least length of its longer side, which is at most twice as long.
    public func suggestedShape(near side: Int) -> ImageSize? {
        let ratios = facts.map { Double($0.width) / Double($0.height) }.sorted()
        let ratio = ratios[ratios.count / 2]
        let isClear = ratios.count { (0.9...1.1).contains($0 / ratio) } * 4 >= 3 * ratios.count
        let narrowness = min(ratio, 1 / ratio)
        guard isClear, (0.25...0.85).contains(narrowness) else { return nil }
        func short(_ long: Int) -> Int { max(16, Int((Double(long) * narrowness / 16).rounded()) * 16) }
        func error(_ long: Int) -> Double { abs(Double(short(long)) / Double(long) - narrowness) }
        // Larger ones are for a shape that is clearly more alike.
        let long = stride(from: side, through: 2 * side, by: 16).reduce(side) { best, long in
            error(long) < error(best) - 0.02 ? long : best
        }
        let (width, height) = ratio < 1 ? (short(long), long) : (long, short(long))
        return width == height ? nil : ImageSize(width: width, height: height)
    }

    /// The number of images whose aspect ratio differs from the format's, so that they are cropped, padded or
    /// stretched.
    public func reshapedCount(in format: ImageFormat) -> Int {
        facts.count { $0.width * format.height != $0.height * format.width }
    }

    /// The number of images with fewer pixels than the format, which are enlarged.
    public func enlargedCount(in format: ImageFormat) -> Int {
        facts.count {
            let (isNarrow, isLow) = ($0.width < format.width, $0.height < format.height)
            return format.fit == .pad ? isNarrow && isLow : isNarrow || isLow
        }
    }

    /// The labels and names without classes that have no image.
    private static func classesInUse(labels: [Int]?, names: [String]) -> ([Int]?, [String]) {
        guard let labels else { return (nil, []) }
        let used = Set(labels).sorted()
        let renumbered = Dictionary(uniqueKeysWithValues: zip(used, 0...))
        return (labels.map { renumbered[$0]! }, used.map { names[$0] })
    }

    private static func mostCommonSize(_ seen: [ImageFacts]) -> CommonSize {
        var counts: [ImageFacts.Size: Int] = [:]
        for facts in seen { counts[facts.size, default: 0] += 1 }
        // Of equally common sizes the largest, so that the answer does not depend on hashing.
        let (size, count) = counts.max {
            ($0.value, $0.key.width, $0.key.height) < ($1.value, $1.key.width, $1.key.height)
        }!
        return CommonSize(width: size.width, height: size.height, images: count)
    }
}

extension DatasetSummary.Spread {
    fileprivate init(of values: [Int]) {
        let sorted = values.sorted()
        self.init(minimum: sorted.first!, median: sorted[sorted.count / 2], maximum: sorted.last!)
    }
}
