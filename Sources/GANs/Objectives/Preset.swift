import Networks

/// A published recipe: an objective with the regularizers, optimizers and discriminator that go with it.
///
/// A recipe sets all of these and nothing else; networks, batch and everything else stay as they are.
public enum Preset: String, CaseIterable, Sendable {
    /// Radford et al. 2015, with PyTorch's example: non-saturating, BatchNorm, Adam 0.0002 (0.5, 0.999).
    case dcgan
    /// Mao et al. 2017: least squares, the rest as DCGAN.
    case lsgan
    /// Arjovsky et al. 2017: Wasserstein, parameters clipped to 0.01, five critic steps, RMSProp 0.00005.
    case wgan
    /// Gulrajani et al. 2017: Wasserstein, gradient penalty 10, five critic steps, LayerNorm, Adam 0.0001
    /// (0, 0.9).
    case wganGP = "wgan-gp"
    /// Kodali et al. 2017: non-saturating, DRAGAN's penalty 10, no normalization, Adam as DCGAN.
    case dragan
    /// Miyato et al. 2018: hinge, spectral normalization, five critic steps, Adam 0.0002 (0, 0.9).
    case sngan
    /// Mescheder et al. 2018: non-saturating, R1 with gamma 20 (their weight of 10 is without the half), no
    /// normalization, RMSProp 0.0001; applied every 16 steps, as Karras et al. 2020.
    case r1
    /// Huang et al. 2024, "The GAN is dead; long live the GAN!": relativistic, R1 and R2, no normalization,
    /// Adam 0.0002 (0, 0.99); gamma 0.05 as for images of 32x32.
    case r3gan
    /// Lin et al. 2018: DCGAN with a discriminator of two images at once.
    case pacgan
    /// Karras et al. 2019, appendix C: non-saturating, R1 with gamma 10, minibatch deviation, Adam 0.002 (0, 0.99);
    /// R1 every 16 steps, as Karras et al. 2020. Images below 100x100 take gamma size^2 / 1000: at 32x32, a gamma
    /// of 0.1 or of 0.0002 size^2 / batch (Karras et al. 2020, "Training generative adversarial networks with
    /// limited data") left the discriminator far ahead on avatars, 10 left it near chance, and 1 served.
    case stylegan
    /// Karras et al. 2020, as `stylegan`, with Adam 0.0025 and path length regularization of weight 2 every 4
    /// steps.
    case stylegan2

    /// The model that the recipe brings, by its name; nil for one that suits any.
    public var model: String? { [.stylegan, .stylegan2].contains(self) ? rawValue : nil }

    /// The recipe that a model was published with, where it brings it.
    public init?(of architecture: Architecture) {
        guard let preset = Preset.allCases.first(where: { $0.model == architecture.name }) else { return nil }
        self = preset
    }

    /// - Parameter training: of images; of points, where the recipe is what was published for toys or else
    ///   was found to serve: Adam 0.002, penalties 100 times weaker on every step, and no normalization. A
    ///   style-based model's discriminator is not normalized either.
    public func apply(to training: inout TrainingConfiguration) {
        let isOfPoints = if case .points = training.architecture { true } else { false }
        let isOfStyles = training.architecture.isOfStyles
        func adam(_ rate: Double, _ beta1: Double, _ beta2: Double) -> OptimizerConfiguration {
            .adam(learningRate: isOfPoints ? 2e-3 : rate, beta1: beta1, beta2: beta2, epsilon: 1e-8)
        }
        func set(
            _ objective: Objective, _ regularizers: Regularizer..., interval: Int = 1, criticSteps: Int = 1,
            optimizer: OptimizerConfiguration, discriminator: DiscriminatorOptions
        ) {
            training.objective = objective
            training.regularizers = regularizers
            training.regularizationInterval = interval
            training.criticSteps = criticSteps
            training.pathLength = self == .stylegan2 && isOfStyles ? PathLengthRegularization() : nil
            (training.generatorOptimizer, training.discriminatorOptimizer) = (optimizer, optimizer)
            training.architecture.family.discriminator = discriminator
        }
        let dcgan = adam(2e-4, 0.5, 0.999)
        let plain = isOfStyles ? StyleGAN.discriminator : DiscriminatorOptions(normalization: .none)
        let normalizes = !isOfPoints && !isOfStyles
        let normalized = normalizes ? DiscriminatorOptions(normalization: .batch) : plain
        let weight = isOfPoints ? 0.1 : 10
        switch self {
        case .dcgan: set(.nonSaturating, optimizer: dcgan, discriminator: normalized)
        case .lsgan: set(.leastSquares, optimizer: dcgan, discriminator: normalized)
        case .wgan:
            let rmsProp = OptimizerConfiguration.rmsProp(
                learningRate: isOfPoints ? 5e-4 : 5e-5, decay: 0.99, epsilon: 1e-8)
            set(
                .wasserstein, .clip(limit: isOfPoints ? 0.1 : 0.01), criticSteps: 5, optimizer: rmsProp,
                discriminator: normalized)
        case .wganGP:
            set(
                .wasserstein, .gradientPenalty(weight: weight), criticSteps: 5, optimizer: adam(1e-4, 0, 0.9),
                discriminator: normalizes ? DiscriminatorOptions(normalization: .layer) : plain)
        case .dragan: set(.nonSaturating, .dragan(weight: weight), optimizer: dcgan, discriminator: plain)
        case .sngan:
            set(
                .hinge, criticSteps: 5, optimizer: adam(2e-4, 0, 0.9),
                discriminator: DiscriminatorOptions(normalization: .none, spectral: true))
        case .r1:
            let rmsProp = OptimizerConfiguration.rmsProp(learningRate: 1e-4, decay: 0.99, epsilon: 1e-8)
            set(
                .nonSaturating, .r1(gamma: isOfPoints ? 0.1 : 20), interval: isOfPoints ? 1 : 16,
                optimizer: isOfPoints ? adam(2e-3, 0, 0.9) : rmsProp, discriminator: plain)
        case .r3gan:
            set(
                .relativistic, .r1(gamma: 0.05), .r2(gamma: 0.05), optimizer: adam(2e-4, 0, 0.99),
                discriminator: plain)
        case .pacgan:
            var packed = normalized
            packed.pack = 2
            set(.nonSaturating, optimizer: dcgan, discriminator: packed)
        case .stylegan, .stylegan2:
            let pixels = Double(training.architecture.family.size * training.architecture.family.size)
            set(
                .nonSaturating, .r1(gamma: isOfPoints ? 0.1 : min(10, 1e-3 * pixels)), interval: 16,
                optimizer: adam(self == .stylegan ? 2e-3 : 2.5e-3, 0, 0.99),
                discriminator: isOfPoints ? plain : StyleGAN.discriminator)
        }
    }

    /// The recipe that an objective was published with, if it cannot stand alone.
    public init?(partnerOf objective: Objective) {
        switch objective {
        // Without a constraint its critic has no best answer.
        case .wasserstein: self = .wganGP
        case .minimax, .nonSaturating, .leastSquares, .hinge, .relativistic: return nil
        }
    }
}
