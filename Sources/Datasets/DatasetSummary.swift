import Images
import Kernels
import Synchronization

/// What images a source holds, known from decoding every one of them.
public struct DatasetSummary: Sendable {
    /// The least, middle and greatest of an image's extents, in pixels.
    public struct Spread: Codable, Hashable, Sendable {
        public let minimum: Int
        public let median: Int
        public let maximum: Int

        public init(minimum: Int, median: Int, maximum: Int) {
            (self.minimum, self.median, self.maximum) = (minimum, median, maximum)
        }
    }

    /// A size and how many images have it.
    public struct CommonSize: Codable, Hashable, Sendable {
        public let width: Int
        public let height: Int
        public let images: Int

        public init(width: Int, height: Int, images: Int) {
            (self.width, self.height, self.images) = (width, height, images)
        }
    }

    /// Where the data lies.
    public let path: String
    /// What it is, such as "MNIST images (IDX)".
    public let kind: String
    /// Images that can be decoded.
    public let count: Int
    /// One a decodable image; nil without classes.
    public let labels: [Int]?
    /// Of the classes that have at least one decodable image.
    public let classNames: [String]
    public let skipped: [SkippedImage]
    /// What the user should know about how the data was read.
    public let notes: [String]

    public let width: Spread
    public let height: Spread
    /// The shorter of width and height.
    public let shortSide: Spread
    public let mostCommonSize: CommonSize
    public let notSquareCount: Int
    /// How many images have 1, 2, 3 and 4 channels, in this order.
    public let channelCounts: [Int]
    /// Images with at least one pixel that is not opaque.
    public let transparentCount: Int

    private let facts: [ImageFacts]
    /// Which of the source's images can be decoded.
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
        let outcomes = Self.decodeAll(source, progress: progress, use: use)
        var seen: [ImageFacts] = []
        var usedIndices: [Int] = []
        var skipped: [SkippedImage] = []
        for (index, outcome) in outcomes.enumerated() {
            switch outcome {
            case .decoded(let facts):
                seen.append(facts)
                usedIndices.append(index)
            case .failed(let reason):
                skipped.append(SkippedImage(file: source.name(at: index), reason: reason))
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

    /// The largest power of two from 16 to `limit` for which images of the median short side need be
    /// enlarged by a quarter at most: 28 pixels suggest 32, and no more detail than that is made up.
    public func suggestedSize(atMost limit: Int = 64) -> Int {
        var size = 16
        while 2 * size <= limit && 2 * size * 4 <= shortSide.median * 5 { size *= 2 }
        return size
    }

    /// How many images are of another shape than the format, so that its fit mode changes what they show.
    public func reshapedCount(in format: ImageFormat) -> Int {
        facts.count { $0.width * format.height != $0.height * format.width }
    }

    /// How many images have too few pixels for the format, so that detail has to be made up.
    public func enlargedCount(in format: ImageFormat) -> Int {
        facts.count {
            let (isNarrow, isLow) = ($0.width < format.width, $0.height < format.height)
            return format.fit == .pad ? isNarrow && isLow : isNarrow || isLow
        }
    }

    private enum Outcome {
        case decoded(ImageFacts)
        case failed(String)
    }

    private static func decodeAll(
        _ source: any ImageSource, progress: Dataset.Progress?,
        use: @Sendable (_ index: Int, _ image: Image) -> Void
    ) -> [Outcome] {
        let total = source.count
        let results = Mutex<(done: Int, outcomes: [Outcome])>(
            (0, Array(repeating: .failed(""), count: total)))
        Parallel.forEach(total) { index in
            let outcome: Outcome
            do {
                let image = try source.image(at: index)
                use(index, image)
                outcome = .decoded(ImageFacts(image))
            } catch {
                outcome = .failed("\(error)")
            }
            results.withLock {
                $0.outcomes[index] = outcome
                $0.done += 1
                progress?($0.done, total)
            }
        }
        return results.withLock(\.outcomes)
    }

    /// The labels and names without the classes that no image is left of.
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

/// What a summary needs to know of one image.
private struct ImageFacts {
    struct Size: Hashable {
        let width: Int
        let height: Int
    }

    let width: Int
    let height: Int
    let channels: Int
    let isTransparent: Bool

    init(_ image: Image) {
        width = image.width
        height = image.height
        channels = image.channels
        let hasAlpha = channels == 2 || channels == 4
        isTransparent =
            hasAlpha
            && stride(from: channels - 1, to: image.pixels.count, by: channels).contains {
                image.pixels[$0] < 255
            }
    }

    var size: Size { Size(width: width, height: height) }
}

extension DatasetSummary.Spread {
    fileprivate init(of values: [Int]) {
        let sorted = values.sorted()
        self.init(minimum: sorted.first!, median: sorted[sorted.count / 2], maximum: sorted.last!)
    }
}
