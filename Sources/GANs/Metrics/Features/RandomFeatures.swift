import Images
import Networks
import Tensors

/// Features of untrained networks, which need no file and cost little: several small ones in the manner of
/// VGG, each drawn from a fixed seed, whose features are laid side by side.
///
/// An image comes in with a mean of 0 and a deviation of 0.4; the mean and the deviation that it had of each color
/// are features of their own. Without that, a quarter more contrast, which hardly shows, counted for more than a blur
/// of two pixels.
///
/// Images are seen at 32x32 and at 16x16. At 64x64 networks without training heed sharpness more than what is shown:
/// two ways to shrink the same photographs were as far apart as good samples from blots, and of trainings those
/// came out as better of which a network trained on photographs, and the eye, said the contrary.
///
/// Each network halves the images by a convolution 3x3, a rectifier and max pooling down to 4x4. Its features are
/// the means of each channel after the first two convolutions, which show textures and sharpness, and random
/// combinations of all that is left, which show what lies where. Figures compare with each other alone, of
/// images of one size: they are not those of a trained network.
///
/// - Source: Naeem et al. 2020, "Reliable fidelity and diversity metrics for generative models", section 4:
///   untrained networks tell images apart that are far from photographs; the architecture after Simonyan and
///   Zisserman 2015, "Very deep convolutional networks for large-scale image recognition"; weights as in He
///   et al. 2015, "Delving deep into rectifiers", equation 10.
public struct RandomFeatures: FeatureNetwork {
    /// The sides that images may be brought to, in pixels.
    public static let sides = [16, 32]
    private static let widths = [16, 32, 64]
    private static let combinations = 24
    /// Of the colors of an image that comes in: about as of photographs.
    private static let deviation: Scalar = 0.4
    /// Of an image in one color, which has none.
    private static let leastDeviation: Scalar = 0.02
    /// Of means and deviations of colors, which are few beside the other features, and of the channels' means of
    /// images at half the side.
    private static let colorWeight: Scalar = 2, coarseWeight: Scalar = 2

    /// Width and height that images are brought to, in pixels; they are seen at half of it, too.
    public let side: Int
    /// Of the networks.
    public let seeds: Range<UInt64>
    private let networks: [(whole: Network, half: Network)]

    private struct Network {
        let stages: [Sequential]
        let combining: Tensor
    }

    /// - Parameters:
    ///   - side: one of `sides`.
    ///   - seeds: of the networks; three by default.
    public init(side: Int, seeds: Range<UInt64> = 0..<3) {
        require(
            RandomFeatures.sides.contains(side) && !seeds.isEmpty,
            "RandomFeatures: side \(side) is none of \(RandomFeatures.sides), or there are no seeds")
        (self.side, self.seeds) = (side, seeds)
        networks = seeds.map { seed in
            (RandomFeatures.network(side, seed: seed), RandomFeatures.network(side / 2, seed: seed))
        }
    }

    /// The networks for images of a size: of the largest side that is not larger than theirs.
    public init(suitingWidth width: Int, height: Int) {
        self.init(side: RandomFeatures.sides.last { $0 <= min(width, height) } ?? RandomFeatures.sides[0])
    }

    /// What it is called in a report.
    public var name: String { "\(seeds.count) random networks at \(side)x\(side) and half of it" }
    /// Numbers of each feature vector.
    public var dimension: Int {
        let means = RandomFeatures.means(side) + RandomFeatures.means(side / 2)
        return 6 + seeds.count * (means + 2 * RandomFeatures.combinations)
    }
    /// Images that go through it together.
    public var atATime: Int { 64 }

    /// Channels whose means are features, of a network of a side.
    private static func means(_ side: Int) -> Int { side == 8 ? widths[0] : widths[0] + widths[1] }

    private static func network(_ side: Int, seed: UInt64) -> Network {
        var stream = RandomStream(seed: seed, purpose: .features)
        var (stages, inputs, size): ([Sequential], Int, Int) = ([], 3, side)
        while size > 4 {
            let outputs = widths[stages.count]
            var source = ParameterSource.drawn(stream)
            let convolution = Conv2d(
                inputChannels: inputs, outputChannels: outputs, kernelSize: 3, padding: 1, hasBias: false,
                initializer: .normal(deviation: (2 / Double(9 * inputs)).squareRoot()), from: &source)
            if case .drawn(let moved) = source { stream = moved }
            stages.append(Sequential([convolution, ReLU(), MaxPool()]))
            (inputs, size) = (outputs, size / 2)
        }
        let rest = 16 * inputs
        let combining = Tensor.normal([rest, combinations], from: &stream)
        return Network(stages: stages, combining: combining / Scalar(Double(rest).squareRoot()))
    }

    /// The image at the side of the networks.
    public func prepared(_ image: Image) -> Image { image.resized(width: side, height: side) }

    /// - Shapes: `[n, side, side, 3]` in [-1, 1] to `[n, dimension]`.
    public func features(of images: Tensor) -> Tensor {
        let centered = images - images.mean(axes: [1, 2, 3], keepingAxes: true)
        let variance = centered.squared().mean(axes: [1, 2, 3], keepingAxes: true)
        let least = RandomFeatures.leastDeviation * RandomFeatures.leastDeviation
        let alike = centered / (variance + least).squareRoot() * RandomFeatures.deviation
        let half = alike.averagePooled()
        return .concatenated(
            networks.flatMap { network in
                features(of: alike, by: network.whole)
                    + features(of: half, by: network.half, meansWeight: RandomFeatures.coarseWeight)
            } + RandomFeatures.colors(of: images), axis: 1)
    }

    /// Mean and deviation of each color.
    private static func colors(of images: Tensor) -> [Tensor] {
        let mean = images.mean(axes: [1, 2], keepingAxes: true)
        let deviation = (images - mean).squared().mean(axes: [1, 2]).squareRoot()
        return [mean.reshaped(deviation.shape) * colorWeight, deviation * colorWeight]
    }

    private func features(of images: Tensor, by network: Network, meansWeight: Scalar = 1) -> [Tensor] {
        var (activations, means): (Tensor, [Tensor]) = (images, [])
        for stage in network.stages {
            activations = stage(activations, .inference)
            if means.count < 2 { means.append(activations.mean(axes: [1, 2]) * meansWeight) }
        }
        let rest = activations.reshaped([images.shape[0], network.combining.shape[0]])
        return means + [rest.matrixProduct(network.combining)]
    }
}
