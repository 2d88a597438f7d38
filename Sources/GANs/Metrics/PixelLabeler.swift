import Datasets
import Images
import Networks
import Tensors

/// Labels each pixel of an image: what images made from label maps are measured by.
///
/// - Source: the "FCN score" of Isola et al. 2017, section 4.1, with a small network that learns from the pairs.
public final class PixelLabeler {
    /// How many labels there are.
    public let labelCount: Int
    private let network: LabelerNetwork

    /// Images in a step.
    public static let batchSize = 8
    /// At the first step of Adam; it falls to zero in a straight line.
    private static let learningRate = 2e-3

    /// Trains a labeler on pairs of a label map of one channel and its image.
    ///
    /// - Parameters:
    ///   - pairs: label maps first, sides multiples of 4.
    ///   - steps: of eight pairs.
    ///   - seed: the same seed gives the same labeler, to the bit.
    ///   - progress: told after each step.
    public init(
        trainedOn pairs: PairedDataset, labelCount: Int, steps: Int, seed: UInt64 = 0,
        progress: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
    ) {
        let format = pairs.second.format
        require(
            format.width % 4 == 0 && format.height % 4 == 0,
            "PixelLabeler: \(format.width)x\(format.height) are no multiples of 4")
        self.labelCount = labelCount
        var source = ParameterSource.drawn(RandomStream(seed: seed, purpose: .initialization))
        network = LabelerNetwork(channels: format.channels, labels: labelCount, from: &source)
        var order = BatchSampler(count: pairs.count, seed: seed)
        let parameters = network.parameters
        let optimizer = Adam(parameters)
        for step in 0..<steps {
            let indices = (0..<Self.batchSize).map { order.index(at: step * Self.batchSize + $0) }
            let logits = network(
                pairs.second.tensor(indices), ForwardContext(mode: .training, statistics: .moving))
            let labels = indices.flatMap { pairs.first.labels(at: $0) }
            let loss = logits.reshaped([labels.count, labelCount]).crossEntropy(
                labels: .oneHot(labels, classes: labelCount))
            optimizer.learningRate = Self.learningRate * Double(steps - step) / Double(steps)
            optimizer.step(gradients(of: loss, withRespectTo: parameters.map(\.value)))
            progress(step + 1, Double(loss.scalar))
        }
    }

    /// The label of each pixel.
    ///
    /// - Shapes: images `[n, height, width, channels]` in [-1, 1] to n x height x width labels.
    public func labels(of images: Tensor) -> [Int] {
        let logits = network(images, .inference)
        return logits.reshaped([logits.shape.count / labelCount, labelCount]).argmaxOfRows()
    }
}

/// How far labels of pixels agree with those of a map.
public struct LabelAgreement: Hashable, Sendable {
    /// Pixels that have a label in the map, in the image, and in both.
    private var wanted, found, common: [Int]

    /// An agreement over no pixels yet.
    public init(labelCount: Int) {
        wanted = [Int](repeating: 0, count: labelCount)
        (found, common) = (wanted, wanted)
    }

    /// Counts the pixels of a map: the labels found, and those of the map.
    public mutating func add(_ labels: [Int], asked labelsOfMap: [Int]) {
        for (label, want) in zip(labels, labelsOfMap) {
            wanted[want] += 1
            found[label] += 1
            if label == want { common[want] += 1 }
        }
    }

    /// The share of pixels that have the map's label.
    public var accuracy: Double { Double(common.reduce(0, +)) / Double(max(1, wanted.reduce(0, +))) }

    /// Intersection over union, the mean over labels of the map or the image.
    public var meanIntersectionOverUnion: Double {
        let shares = wanted.indices.compactMap { label -> Double? in
            let union = wanted[label] + found[label] - common[label]
            return union > 0 ? Double(common[label]) / Double(union) : nil
        }
        return shares.reduce(0, +) / Double(max(1, shares.count))
    }
}

extension Dataset {
    /// The labels of a map's pixels, row by row.
    public func labels(at index: Int) -> [Int] { withPixels(at: index) { $0.map { Int($0) } } }
}

/// Twice halved and doubled again, with the finer features beside the coarser ones.
///
/// - Shapes: images `[n, h, w, channels]` to logits `[n, h, w, labels]`.
private final class LabelerNetwork: Layer {
    let fine, middle, coarse, joinedMiddle, joinedFine: Sequential

    init(channels: Int, labels: Int, from source: inout ParameterSource) {
        func block(_ inputs: Int, _ outputs: Int, halves: Bool = false) -> [any Layer] {
            [
                Conv2d(
                    inputChannels: inputs, outputChannels: outputs, kernelSize: halves ? 4 : 3,
                    stride: halves ? 2 : 1, padding: 1, hasBias: false, from: &source),
                BatchNorm2d(channels: outputs, from: &source),
                ReLU(),
            ]
        }
        fine = Sequential(block(channels, 32))
        middle = Sequential(block(32, 64, halves: true))
        coarse = Sequential(block(64, 128, halves: true) + block(128, 128) + [Upsample()])
        joinedMiddle = Sequential(block(128 + 64, 64) + [Upsample()])
        joinedFine = Sequential(
            block(64 + 32, 32) + [
                Conv2d(inputChannels: 32, outputChannels: labels, kernelSize: 1, from: &source)
            ])
    }

    func callAsFunction(_ images: Tensor, _ context: ForwardContext) -> Tensor {
        let fine = fine(images, context)
        let middle = middle(fine, context)
        let coarse = coarse(middle, context)
        let joined = joinedMiddle(.concatenated([coarse, middle], axis: 3), context)
        return joinedFine(.concatenated([joined, fine], axis: 3), context)
    }
}
