import Datasets
import Tensors

/// How every image is augmented before the discriminator sees it, real or generated, in its own step and in the
/// generator's, so that it cannot memorize a small set, and the generator does not learn the transforms.
public enum Augmentation: Codable, Hashable, Sendable {
    case none
    /// Every image undergoes every transform of the policy.
    case differentiable(policy: DifferentiablePolicy)
    /// Every image undergoes each of twelve transforms with a probability that follows the discriminator.
    ///
    /// - Parameters:
    ///   - target: the share of overfitting that is allowed; see `AdaptiveProbability`.
    ///   - rampInImages: reals that the probability takes from 0 to 1 at its fastest.
    case adaptive(target: Double, rampInImages: Int)

    /// Zhao et al. 2020, "Differentiable augmentation for data-efficient GAN training": all three kinds.
    public static let differentiable = Augmentation.differentiable(policy: .all)
    /// Karras et al. 2020, "Training generative adversarial networks with limited data", section 3, at the pace of a
    /// short training: see `paced`.
    public static let adaptive = Augmentation.adaptive(target: 0.6, rampInImages: fastestRamp)
    private static let fastestRamp = 20_000

    /// As in `--augment`.
    public static let names = ["none", "differentiable", "adaptive"]

    /// With the published settings, by its name; nil for an unknown one.
    public init?(name: String) {
        switch name {
        case "none": self = .none
        case "differentiable": self = .differentiable
        case "adaptive": self = .adaptive
        default: return nil
        }
    }

    /// As in `names`.
    public var name: String {
        switch self {
        case .none: "none"
        case .differentiable: "differentiable"
        case .adaptive: "adaptive"
        }
    }

    /// The images as the discriminator is to see them.
    ///
    /// - Shapes: `[n, h, w, c]` in [-1, 1], with 1, 3 or 4 channels; the result has the same shape.
    /// - Differentiable: in the images, to any order.
    /// - Parameters:
    ///   - probability: of each transform, where the augmentation is adaptive: `AdaptiveProbability.value`.
    ///     The others do not read it.
    ///   - random: of the purpose `.imageTransforms`; each call takes as many numbers as there are images,
    ///     times a number of the augmentation's own.
    public func apply(to images: Tensor, probability: Double, random: inout RandomStream) -> Tensor {
        apply(to: images, beside: nil, probability: probability, random: &random).images
    }

    /// The same of images with what they are conditioned on, `[n, h, w, any channels]`, which moves along with
    /// them and keeps its values.
    func apply(
        to images: Tensor, beside condition: Tensor?, probability: Double, random: inout RandomStream
    ) -> (images: Tensor, condition: Tensor?) {
        if self == .none { return (images, condition) }
        require(
            images.shape.rank == 4 && [1, 3, 4].contains(images.shape[3]),
            "Augmentation: shape \(images.shape) is not [n, height, width, 1, 3 or 4 channels]")
        switch self {
        case .none: return (images, condition)
        case .differentiable(let policy): return policy.apply(to: images, beside: condition, &random)
        case .adaptive:
            return AdaptiveTransforms.all.apply(
                to: images, beside: condition, probability: probability, &random)
        }
    }

    /// The same at the pace of a training's length: an adaptive probability can rise from 0 to 1 within a tenth of it,
    /// but not within fewer than 20,000 images. The published ramp of 500,000 images belongs to trainings of 25
    /// million, of which it is a fiftieth; short trainings end before so slow a probability has risen.
    ///
    /// - Parameter planned: training images that the discriminator will be shown; nil where that is not known.
    public func paced(forImages planned: Double?) -> Augmentation {
        guard case .adaptive(let target, _) = self else { return self }
        let ramp = min(max(Double(Self.fastestRamp), (planned ?? 0) / 10), 1e9)
        return .adaptive(target: target, rampInImages: Int(ramp))
    }

    /// The probability at the start of a training; nil where the augmentation is not adaptive.
    public func makeProbability() -> AdaptiveProbability? {
        guard case .adaptive(let target, let rampInImages) = self else { return nil }
        return AdaptiveProbability(target: target, rampInImages: rampInImages)
    }

    /// Throws if no training can be augmented so.
    public func validate() throws(ConfigurationError) {
        switch self {
        case .none: break
        case .differentiable(let policy):
            guard !policy.isEmpty else {
                throw ConfigurationError("augmentation", "empty", "name color, translation or cutout")
            }
        case .adaptive(let target, let rampInImages):
            try ConfigurationError.check("augmentationTarget", target, in: -1...1)
            try ConfigurationError.check("augmentationRamp", rampInImages, in: 1...1_000_000_000)
        }
    }

    /// The augmentation that suits a set of so many images, mirrored ones not counted, and why, as a line for
    /// the user.
    ///
    /// - Source: Zhao et al. 2020 show differentiable augmentation on sets of 100 to 389 images; it works in
    ///   full from the first step, while the adaptive probability begins at 0 and takes hundreds of thousands of
    ///   shown images to grow. The adaptive one is advised under 30,000 images by the guide to the program
    ///   of Karras et al. 2021, "Alias-free generative adversarial networks". Style-based models have it for
    ///   fewer, too: on 900 photographs of hands at 32x32 the differentiable one left the discriminator undecided
    ///   and the generator with a single pose after 2,000 steps of 16, while the adaptive one gave hands of many.
    public static func suggested(
        images: Int, isOfStyles: Bool
    ) -> (augmentation: Augmentation, reason: String) {
        let count = images == 1 ? "1 image" : "\(grouped(images)) images"
        if images < 2_000 && isOfStyles {
            return (
                .adaptive,
                "\(count): few enough to be memorized, so by default there is augmentation, which grows "
                    + "when the discriminator starts to (adaptive augmentation)"
            )
        }
        if images < 2_000 {
            return (
                .differentiable,
                "\(count): few enough to be memorized, so by default the discriminator sees every one "
                    + "recolored, shifted and partly covered (differentiable augmentation)"
            )
        }
        if images < 30_000 {
            return (
                .adaptive,
                "\(count): enough to begin without augmentation, which by default grows when the discriminator "
                    + "starts to memorize them (adaptive augmentation)"
            )
        }
        return (.none, "\(count): too many to be memorized, so by default there is no augmentation")
    }
}
