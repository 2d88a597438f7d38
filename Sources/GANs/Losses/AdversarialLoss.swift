import Foundation
import Tensors

/// The adversarial loss: what the discriminator and the generator minimize, as functions of the
/// discriminator's output.
///
/// `C` stands for the discriminator's output before any squashing, `D = sigmoid(C)`, x for real images and G(z)
/// for generated ones. All losses are means over the outputs, of whatever shape these are.
public enum AdversarialLoss: String, Codable, Hashable, Sendable, CaseIterable {
    /// Discriminator: `-log D(x) - log(1 - D(G(z)))`; generator: `log(1 - D(G(z)))`, whose gradient vanishes
    /// where the discriminator wins.
    ///
    /// - Source: Goodfellow et al. 2014, "Generative adversarial nets", equation 1.
    case minimax
    /// The same discriminator; generator: `-log D(G(z))`.
    ///
    /// - Source: Goodfellow et al. 2014, section 3.
    case nonSaturating = "non-saturating"
    /// Discriminator: `(C(x) - 1)^2 + C(G(z))^2`; generator: `(C(G(z)) - 1)^2`.
    ///
    /// - Source: Mao et al. 2017, "Least squares generative adversarial networks", equation 9, without its factor
    ///   of one half, which some models have and others do not: see `LossWeights`.
    case leastSquares = "least-squares"
    /// Discriminator: `C(G(z)) - C(x)`; generator: `-C(G(z))`.
    ///
    /// - Source: Arjovsky et al. 2017, "Wasserstein GAN", section 3.
    case wasserstein
    /// Discriminator: `max(0, 1 - C(x)) + max(0, 1 + C(G(z)))`; generator: `-C(G(z))`.
    ///
    /// - Source: Lim and Ye 2017, "Geometric GAN"; Miyato et al. 2018, equations 16 and 17.
    case hinge
    /// Relativistic pairing. Discriminator: `-log sigmoid(C(x) - C(G(z)))` of pairs of a real and a generated
    /// image; generator: the same with the two exchanged.
    ///
    /// - Source: Jolicoeur-Martineau 2018, "The relativistic discriminator", equations 12 and 13.
    case relativistic
    /// Relativistic average. Discriminator: `-log sigmoid(C(x) - mean C(G(z))) - log(1 - sigmoid(C(G(z)) - mean
    /// C(x)))`; generator: the same with the two exchanged.
    ///
    /// - Source: Jolicoeur-Martineau 2018, equations 15 to 18.
    case relativisticAverage = "relativistic-average"

    /// The discriminator's loss.
    ///
    /// - Shapes: both alike, of any rank, to a scalar.
    /// - Parameter target: for real images, of losses with targets; less than 1 for label smoothing.
    public func discriminatorLoss(real: Tensor, fake: Tensor, target: Scalar = 1) -> Tensor {
        if let (realLoss, fakeLoss) = separateLosses(target: target) {
            return realLoss(real) + fakeLoss(fake)
        }
        return self == .relativistic
            ? (fake - real).softplus().mean() : averageLoss(winners: real, losers: fake)
    }

    /// The generator's loss.
    ///
    /// - Shapes: both alike, of any rank, to a scalar.
    /// - Parameter real: computed by relativistic losses alone.
    public func generatorLoss(fake: Tensor, real: @autoclosure () -> Tensor) -> Tensor {
        switch self {
        case .minimax: -fake.softplus().mean()
        case .nonSaturating: (-fake).softplus().mean()
        case .leastSquares: (fake - 1).squared().mean()
        case .wasserstein, .hinge: -fake.mean()
        case .relativistic: (real() - fake).softplus().mean()
        case .relativisticAverage: averageLoss(winners: fake, losers: real())
        }
    }

    /// The discriminator's loss on real and on generated images by themselves, so that one can be differentiated
    /// after the other and only one of them holds its activations in memory; nil for losses that compare them.
    func separateLosses(
        target: Scalar = 1
    ) -> (real: (Tensor) -> Tensor, fake: (Tensor) -> Tensor)? {
        switch self {
        case .minimax, .nonSaturating:
            // -log sigmoid(C) = softplus(-C), -log(1 - sigmoid(C)) = softplus(C)
            (
                {
                    target == 1
                        ? (-$0).softplus().mean()
                        : ((-$0).softplus() * target + $0.softplus() * (1 - target)).mean()
                }, { $0.softplus().mean() }
            )
        case .leastSquares: ({ ($0 - target).squared().mean() }, { $0.squared().mean() })
        case .wasserstein: ({ -$0.mean() }, { $0.mean() })
        case .hinge: ({ (1 - $0).relu().mean() }, { (1 + $0).relu().mean() })
        case .relativistic, .relativisticAverage: nil
        }
    }

    private func averageLoss(winners: Tensor, losers: Tensor) -> Tensor {
        (losers.mean().meanOverShards() - winners).softplus().mean()
            + (losers - winners.mean().meanOverShards()).softplus().mean()
    }
}

extension AdversarialLoss {
    /// Whether real and generated images are compared with each other, so that the generator's loss needs both.
    public var isRelativistic: Bool { self == .relativistic || self == .relativisticAverage }

    /// Whether the discriminator's output is the logit of the probability that an image is real.
    public var outputIsLogit: Bool { self == .minimax || self == .nonSaturating }

    /// Whether the discriminator's output is drawn past a margin and no further.
    public var hasMargin: Bool { self == .hinge }

    /// Whether a target of less than 1 for real images means something.
    public var hasTargets: Bool { outputIsLogit || self == .leastSquares }

    /// The discriminator's loss at the equilibrium, before it is weighted.
    public var equilibriumLoss: Double {
        switch self {
        // log 4 of two coin tosses, log 2 of one.
        case .minimax, .nonSaturating, .relativisticAverage: 1.3862943611198906
        case .relativistic: 0.6931471805599453
        // Every output one half.
        case .leastSquares: 0.5
        case .wasserstein: 0
        case .hinge: 2
        }
    }

    /// How far the discriminator's output for real images lies above the output that tells nothing, which it has at
    /// the equilibrium: above 0 on the real side.
    ///
    ///     losses with logits:     C(x) - log(t / (2 - t)), for the target t
    ///     least squares:          C(x) - t / 2
    ///     hinge:                  C(x)
    ///     relativistic:           C(x) - C(G(z)), in pairs
    ///     relativistic average:   C(x) - mean C(G(z))
    ///
    /// - Shapes: both alike, of any rank; the result as well.
    /// - Parameter target: for real images, of losses with targets; that for generated ones is 0.
    /// - Source: the outputs of the best discriminator where real and generated images are alike: Goodfellow et al.
    ///   2014, proposition 1, Mao et al. 2017, equation 5, Lim and Ye 2017, section 3; what relativistic losses
    ///   compare: Jolicoeur-Martineau 2018, section 4. A Wasserstein critic's output is known up to a constant
    ///   alone, so that its margins mean nothing.
    public func margins(real: Tensor, fake: Tensor, target: Double = 1) -> Tensor {
        switch self {
        case .minimax, .nonSaturating:
            target == 1 ? real : real - Scalar(log(target / (2 - target)))
        case .leastSquares: real - Scalar(target / 2)
        case .hinge, .wasserstein: real
        case .relativistic: real - fake
        case .relativisticAverage: real - fake.mean().meanOverShards()
        }
    }

    /// The discriminator's output in short: the mean probability of real where it is a logit, or else the mean.
    func summary(of output: Tensor) -> Double {
        let output = output.detached
        return Double((outputIsLogit ? output.sigmoid() : output).mean().scalar)
    }
}

/// The factors of an adversarial loss in the discriminator's and in the generator's training.
///
/// Published programs differ in this for the same loss, so that a model says which weights are its own.
public struct LossWeights: Codable, Hashable, Sendable {
    /// Of the discriminator's loss.
    public var discriminator: Double
    /// Of the generator's loss.
    public var generator: Double

    /// Weights of 1, unless said otherwise.
    public init(discriminator: Double = 1, generator: Double = 1) {
        (self.discriminator, self.generator) = (discriminator, generator)
    }

    /// As the losses were published: one half for least squares (Mao et al. 2017, equation 9), 1 for all others.
    public static func published(for loss: AdversarialLoss) -> LossWeights {
        loss == .leastSquares ? LossWeights(discriminator: 0.5, generator: 0.5) : LossWeights()
    }
}
