import Foundation
import Tensors

/// The modes of stacked MNIST that generated images show: each channel is a digit, an image's three
/// digits are one of 1000 modes.
///
/// - Source: Metz et al. 2017, "Unrolled generative adversarial networks"; counted in 26,000 samples as in
///   Lin et al. 2018, "PacGAN".
public struct StackedMNISTModes: Hashable, Sendable {
    /// Images of each mode; red's digit is the first of the mode's number, blue's the last.
    public let counts: [Int]

    /// How many modes there are.
    public static let modes = 1000

    /// Modes that were counted already, 1000 numbers.
    public init(counts: [Int]) {
        require(counts.count == Self.modes, "StackedMNISTModes: \(counts.count) counts are not of 1000 modes")
        self.counts = counts
    }

    /// Counts the modes of generated images, some at a time so that memory stays small.
    ///
    /// - Shapes: what `generate` gives is `[n, height, width, 3]` in [-1, 1].
    /// - Parameters:
    ///   - samples: how many images to classify.
    ///   - classifier: of gray images into the ten digits.
    ///   - generate: the images of the given numbers, all below `samples`.
    ///   - progress: told how many images are done.
    public init(
        samples: Int, classifier: ImageClassifier, progress: (_ done: Int) -> Void = { _ in },
        generate: (_ indices: Range<Int>) -> Tensor
    ) {
        require(
            classifier.classNames.count == 10,
            "StackedMNISTModes: a classifier of \(classifier.classNames.count) classes knows no ten digits")
        var counts = [Int](repeating: 0, count: Self.modes)
        for indices in (0..<samples).pieces(of: ImageClassifier.atATime) {
            for mode in Self.modes(of: generate(indices), classifier) { counts[mode] += 1 }
            progress(indices.upperBound)
        }
        self.init(counts: counts)
    }

    private static func modes(of images: Tensor, _ classifier: ImageClassifier) -> [Int] {
        let shape = images.shape
        require(shape.rank == 4 && shape[3] == 3, "StackedMNISTModes: images \(shape) have no 3 channels")
        let channels = images.transposed([0, 3, 1, 2]).reshaped([3 * shape[0], shape[1], shape[2], 1])
        let digits = classifier.classes(of: channels)
        return (0..<shape[0]).map { 100 * digits[3 * $0] + 10 * digits[3 * $0 + 1] + digits[3 * $0 + 2] }
    }

    /// Images that were counted.
    public var samples: Int { counts.reduce(0, +) }

    /// How many of the modes were seen at all.
    public var seen: Int { counts.count { $0 > 0 } }

    /// How far the samples' modes are from equally frequent ones, in nats: `sum p log(p / (1/1000))`,
    /// 0 to log 1000. Even 26,000 samples of a perfect generator give about 0.02.
    public var divergenceFromUniform: Double {
        let total = Double(samples)
        return counts.filter { $0 > 0 }
            .map { Double($0) / total * log(Double($0) / total * Double(Self.modes)) }
            .reduce(0, +)
    }
}
