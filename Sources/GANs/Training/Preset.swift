import Foundation
import Networks

/// A published training recipe that suits any model: an adversarial loss with the regularizers, optimizers and
/// discriminator that go with it.
///
/// A preset sets all of these and nothing else; networks, batch and everything else stay as they are. A model's own
/// recipe is `ModelConfiguration.recipe`.
public enum Preset: String, CaseIterable, Sendable {
    /// Mao et al. 2017: least squares, BatchNorm, Adam 0.0002 (0.5, 0.999).
    case lsgan
    /// Arjovsky et al. 2017: Wasserstein, parameters clipped to 0.01, five critic steps, RMSProp 0.00005.
    case wgan
    /// Gulrajani et al. 2017: Wasserstein, gradient penalty 10, five critic steps, LayerNorm, Adam 0.0001
    /// (0, 0.9).
    case wganGP = "wgan-gp"
    /// Kodali et al. 2017: non-saturating, DRAGAN's penalty 10, no normalization, Adam 0.0001 (0.5, 0.9) as in the
    /// authors' program.
    case dragan
    /// Miyato et al. 2018: hinge, spectral normalization, five critic steps, Adam 0.0002 (0, 0.9).
    case sngan
    /// Mescheder et al. 2018: non-saturating, R1 with gamma 20 (their weight of 10 is without the half), no
    /// normalization, RMSProp 0.0001; applied every 16 steps, as Karras et al. 2020.
    case r1
    /// Huang et al. 2024, "The GAN is dead; long live the GAN!": relativistic, R1 and R2 with a gamma by the size of
    /// the images, no normalization, Adam 0.0002 (0, 0.99); rates, gamma and beta2 change at first: see `Annealing`.
    case r3gan
    /// Lin et al. 2018: non-saturating, BatchNorm, Adam 0.0002 (0.5, 0.999), two images seen at once.
    case pacgan

    /// Changes a training to this recipe, as its model needs it.
    public func apply(to training: inout TrainingConfiguration) {
        let model = training.model
        var recipe = training.recipe
        var options = DiscriminatorOptions()
        func set(
            _ loss: AdversarialLoss, _ regularizers: Regularizer.Kind..., interval: Int = 1,
            criticSteps: Int = 1, optimizer: OptimizerConfiguration,
            normalization: DiscriminatorOptions.Normalization
        ) {
            (recipe.adversarialLoss, recipe.lossWeights) = (loss, model.lossWeights(for: loss))
            recipe.regularizers = regularizers.map { Regularizer($0, strength: model.strength(of: $0)) }
            (recipe.regularizationInterval, recipe.criticSteps) = (interval, criticSteps)
            (recipe.generatorOptimizer, recipe.discriminatorOptimizer) = (optimizer, optimizer)
            (recipe.pathLength, recipe.annealing, recipe.marginJitter) = (nil, nil, 0)
            options.normalization = normalization
        }
        func adam(_ rate: Double, _ beta1: Double, _ beta2: Double) -> OptimizerConfiguration {
            .adam(learningRate: rate, beta1: beta1, beta2: beta2, epsilon: 1e-8)
        }
        func rmsProp(_ rate: Double) -> OptimizerConfiguration {
            .rmsProp(learningRate: rate, decay: 0.99, epsilon: 1e-8)
        }
        switch self {
        case .lsgan: set(.leastSquares, optimizer: adam(2e-4, 0.5, 0.999), normalization: .batch)
        case .wgan:
            set(.wasserstein, .clip, criticSteps: 5, optimizer: rmsProp(5e-5), normalization: .batch)
        case .wganGP:
            set(
                .wasserstein, .gradientPenalty, criticSteps: 5, optimizer: adam(1e-4, 0, 0.9),
                normalization: .layer)
        case .dragan:
            set(.nonSaturating, .dragan, optimizer: adam(1e-4, 0.5, 0.9), normalization: .none)
        case .sngan:
            set(.hinge, criticSteps: 5, optimizer: adam(2e-4, 0, 0.9), normalization: .none)
            options.spectral = true
        case .r1: set(.nonSaturating, .r1, interval: 16, optimizer: rmsProp(1e-4), normalization: .none)
        case .r3gan:
            set(.relativistic, optimizer: adam(2e-4, 0, 0.99), normalization: .none)
            let gamma = Preset.r3Gamma(size: model.size)
            (recipe.regularizers, recipe.annealing) = ([.r1(gamma: gamma), .r2(gamma: gamma)], Annealing())
        case .pacgan:
            set(.nonSaturating, optimizer: adam(2e-4, 0.5, 0.999), normalization: .batch)
            options.pack = 2
        }
        model.adapt(&recipe, discriminator: &options, from: self)
        (training.recipe, training.discriminator) = (recipe, options)
    }

    /// The first gamma of R1 and R2 in `r3gan`: published are 0.05 at 32x32 pixels, 2 at 64x64 and 150 at 256x256;
    /// between them it follows a power of the size. Of other shapes that of a square of as many pixels.
    ///
    /// - Source: the authors' program, settings for CIFAR-10, FFHQ-64 and FFHQ-256.
    static func r3Gamma(size: ImageSize) -> Double {
        let known = [(32.0, 0.05), (64, 2), (256, 150)]
        let size = min(max(Double(size.pixelCount).squareRoot(), known[0].0), known[2].0)
        let (low, high) = size < known[1].0 ? (known[0], known[1]) : (known[1], known[2])
        return low.1 * pow(high.1 / low.1, log(size / low.0) / log(high.0 / low.0))
    }

    /// The preset that a loss was published with, if it cannot stand alone.
    public init?(partnerOf loss: AdversarialLoss) {
        // Without a constraint its critic has no best answer.
        guard loss == .wasserstein else { return nil }
        self = .wganGP
    }

    /// The preset that a regularizer was published with.
    public init(partnerOf regularizer: Regularizer.Kind) {
        switch regularizer {
        case .clip: self = .wgan
        case .gradientPenalty: self = .wganGP
        case .r1, .r2: self = .r1
        case .dragan: self = .dragan
        }
    }
}
