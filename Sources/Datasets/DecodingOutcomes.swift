import Images
import Kernels
import Synchronization

/// What came of decoding each image of a source.
struct DecodingOutcomes: Codable, Sendable {
    /// Of each image in the source's order; 0 of those that cannot be decoded.
    private var widths, heights, channels: [Int]
    /// Images with at least one pixel that is not opaque.
    private var transparent: Set<Int> = []
    /// Why an image cannot be decoded, by its index.
    private(set) var failures: [Int: String] = [:]

    /// Decodes all images of a source, in parallel.
    ///
    /// - Parameters:
    ///   - progress: as for `Dataset`.
    ///   - use: is handed each image, on many threads at once.
    init(
        _ source: any ImageSource, progress: Dataset.Progress?,
        use: @Sendable (_ index: Int, _ image: Image) -> Void
    ) {
        let total = source.count
        let results = Mutex<(done: Int, outcomes: DecodingOutcomes)>((0, DecodingOutcomes(count: total)))
        Parallel.forEach(total) { index in
            let (facts, failure): (ImageFacts?, String)
            do {
                let image = try source.image(at: index)
                use(index, image)
                (facts, failure) = (ImageFacts(image), "")
            } catch {
                (facts, failure) = (nil, "\(error)")
            }
            results.withLock {
                if let facts {
                    $0.outcomes.set(facts, at: index)
                } else {
                    $0.outcomes.failures[index] = failure
                }
                $0.done += 1
                progress?($0.done, total)
            }
        }
        self = results.withLock(\.outcomes)
    }

    private init(count: Int) {
        let zeros = [Int](repeating: 0, count: count)
        (widths, heights, channels) = (zeros, zeros, zeros)
    }

    /// Images, decodable or not.
    var count: Int { widths.count }

    /// Whether they can be of a source of so many images.
    func isValid(for count: Int) -> Bool {
        guard [widths, heights, channels].allSatisfy({ $0.count == count }) else { return false }
        return (0..<count).allSatisfy { index in
            let isImage = widths[index] > 0 && heights[index] > 0 && (1...4).contains(channels[index])
            return isImage || failures[index] != nil
        }
    }

    /// Of an image that was decoded.
    func facts(at index: Int) -> ImageFacts {
        ImageFacts(
            width: widths[index], height: heights[index], channels: channels[index],
            isTransparent: transparent.contains(index))
    }

    private mutating func set(_ facts: ImageFacts, at index: Int) {
        (widths[index], heights[index], channels[index]) = (facts.width, facts.height, facts.channels)
        if facts.isTransparent { transparent.insert(index) }
    }
}

/// The properties of one image that a summary needs.
struct ImageFacts: Sendable {
    struct Size: Hashable {
        let width: Int
        let height: Int
    }

    let width: Int
    let height: Int
    let channels: Int
    let isTransparent: Bool

    var size: Size { Size(width: width, height: height) }
}

extension ImageFacts {
    fileprivate init(_ image: Image) {
        let (channels, pixels) = (image.channels, image.pixels)
        let isTransparent =
            channels % 2 == 0
            && stride(from: channels - 1, to: pixels.count, by: channels).contains { pixels[$0] < 255 }
        self.init(
            width: image.width, height: image.height, channels: channels, isTransparent: isTransparent)
    }
}
