import Datasets
import Images
import Tensors

/// Which of a data set's images are nearest to some others, pixel by pixel.
///
/// The data set is gone through once, some images at a time, so that memory stays small.
public struct NearestImages {
    /// An image of the data set, and how near it is.
    public struct Neighbor: Hashable, Sendable {
        /// In the data set.
        public let index: Int
        /// Whether it is nearest when mirrored.
        public let isFlipped: Bool
        /// The root mean square difference of the samples, 0 to 255.
        public let distance: Double
    }

    /// For each image the nearest ones, the nearest first.
    public let neighbors: [[Neighbor]]

    /// - Parameters:
    ///   - images: in the data set's format.
    ///   - count: how many neighbors of each.
    ///   - mirrored: compares with the data set's images mirrored, too, as for a training that flips them.
    ///   - excluded: an index in the data set for each image that is no neighbor of it: its own.
    ///   - progress: told how many of the data set's images are done.
    public init(
        to images: [Image], in dataset: Dataset, count: Int, mirrored: Bool = false,
        excluding excluded: [Int?]? = nil, progress: (_ done: Int) -> Void = { _ in }
    ) {
        let targets = Tensor(images).flattened
        var nearest = [[Neighbor]](repeating: [], count: images.count)
        for indices in (0..<dataset.count).pieces(of: Self.atATime) {
            let upright = indices.map(dataset.image(at:))
            for isFlipped in mirrored ? [false, true] : [false] {
                let others = isFlipped ? upright.map { $0.flippedHorizontally() } : upright
                let distances = targets.squaredDistances(to: Tensor(others).flattened)
                for (place, own) in distances.enumerated() {
                    let found = zip(indices, own).filter { excluded?[place] != $0.0 }.map { index, squared in
                        Neighbor(
                            index: index, isFlipped: isFlipped,
                            distance: 127.5 * (squared / Double(targets.shape[1])).squareRoot())
                    }
                    nearest[place].keepNearest(count, with: found)
                }
            }
            progress(indices.upperBound)
        }
        // Differences of large products are rough where distances are small.
        neighbors = zip(images, nearest).map { image, found in
            found.map { neighbor in
                let other = dataset.image(at: neighbor.index)
                return Neighbor(
                    index: neighbor.index, isFlipped: neighbor.isFlipped,
                    distance: image.rootMeanSquareDifference(
                        from: neighbor.isFlipped ? other.flippedHorizontally() : other))
            }.sorted { $0.isBefore($1) }
        }
    }

    /// Images of the data set that are compared together.
    private static let atATime = 256
}

/// Whether a generator memorizes its training images, by the distances to nearest neighbors.
public struct MemorizationReport: Hashable, Sendable {
    /// Medians of the distances to the nearest training image: of generated images, and of training
    /// images themselves.
    public let generated: Double
    /// The median distance of training images to another one.
    public let real: Double
    /// Generated images that lie at less than half the real ones' median from one.
    public let copies: Int

    /// - Parameters: distances of each image to the nearest training image; of real ones to another.
    public init(generated: [Double], real: [Double]) {
        func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
        let usual = median(real)
        (self.generated, self.real) = (median(generated), usual)
        copies = generated.count { $0 < usual / 2 }
    }

    /// Training images whose own nearest ones tell what distances are usual: at most 64, evenly chosen.
    public static func examples(of count: Int) -> [Int] {
        let chosen = min(64, count)
        return (0..<chosen).map { $0 * count / chosen }
    }
}

extension NearestImages.Neighbor {
    fileprivate func isBefore(_ other: NearestImages.Neighbor) -> Bool {
        (distance, index, isFlipped ? 1 : 0) < (other.distance, other.index, other.isFlipped ? 1 : 0)
    }
}

extension [NearestImages.Neighbor] {
    /// Of those here and of others the nearest; of an image and its mirror image the nearer.
    fileprivate mutating func keepNearest(_ count: Int, with others: [NearestImages.Neighbor]) {
        var seen: Set<Int> = []
        let merged = (self + others).sorted { $0.isBefore($1) }
        self = Array(merged.filter { seen.insert($0.index).inserted }.prefix(count))
    }
}

extension Tensor {
    fileprivate var flattened: Tensor { reshaped([shape[0], shape.count / max(1, shape[0])]) }
}
