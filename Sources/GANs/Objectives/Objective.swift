import Tensors

/// What the two networks play for, as losses of the discriminator's scores.
///
/// All losses are means over the scores; `D = sigmoid(score)` where a probability is spoken of.
public enum Objective: String, Codable, Hashable, Sendable, CaseIterable {
    /// The game as it was first written: the discriminator minimizes `-log D(x) - log(1 - D(G(z)))`, and the
    /// generator `log(1 - D(G(z)))`, whose gradient vanishes where the discriminator is sure.
    ///
    /// - Source: Goodfellow et al. 2014, "Generative adversarial nets", equation 1.
    case minimax
    /// The same discriminator; the generator minimizes `-log D(G(z))`.
    ///
    /// - Source: Goodfellow et al. 2014, section 3.
    case nonSaturating = "non-saturating"
    /// Half the squared distance of a score from its target: 1 for reals, 0 for fakes, and 1 for the
    /// generator's.
    ///
    /// - Source: Mao et al. 2017, "Least squares generative adversarial networks", equation 9.
    case leastSquares = "least-squares"
    /// The discriminator minimizes `score(G(z)) - score(x)`, the generator `-score(G(z))`.
    ///
    /// - Source: Arjovsky et al. 2017, "Wasserstein GAN", section 3.
    case wasserstein
    /// The discriminator minimizes `max(0, 1 - score(x)) + max(0, 1 + score(G(z)))`, the generator
    /// `-score(G(z))`.
    ///
    /// - Source: Lim and Ye 2017, "Geometric GAN"; Miyato et al. 2018, equations 16 and 17.
    case hinge
    /// A real and a fake are compared in pairs: the discriminator minimizes
    /// `-log sigmoid(score(x) - score(G(z)))`, the generator the same with the two exchanged.
    ///
    /// - Source: Jolicoeur-Martineau 2018, "The relativistic discriminator", equations 12 and 13.
    case relativistic

    /// Whether the losses are of pairs, not of scores by themselves.
    public var comparesPairs: Bool { self == .relativistic }

    /// Whether a score is the logit of a probability.
    public var scoresAreLogits: Bool { self == .minimax || self == .nonSaturating }

    /// Whether a target of less than 1 for reals means something.
    public var hasTargets: Bool { scoresAreLogits || self == .leastSquares }

    /// The discriminator's loss at the equilibrium, where theory gives one: two coin tosses for the
    /// cross-entropies.
    public var equilibriumLoss: Double? {
        switch self {
        // log 4 of two coin tosses, log 2 of one.
        case .minimax, .nonSaturating: 1.3862943611198906
        case .relativistic: 0.6931471805599453
        // Every score one half.
        case .leastSquares: 0.25
        case .wasserstein: 0
        case .hinge: 2
        }
    }

    /// The discriminator's loss on reals.
    ///
    /// - Shapes: scores `[n]` to a scalar.
    /// - Parameter target: what it should say of reals, 1 but for label smoothing.
    public func realLoss(_ scores: Tensor, target: Scalar = 1) -> Tensor {
        switch self {
        case .minimax, .nonSaturating:
            // -log sigmoid(s) = softplus(-s), -log(1 - sigmoid(s)) = softplus(s)
            target == 1
                ? (-scores).softplus().mean()
                : ((-scores).softplus() * target + scores.softplus() * (1 - target)).mean()
        case .leastSquares: (scores - target).squared().mean() * 0.5
        case .wasserstein: -scores.mean()
        case .hinge: (1 - scores).relu().mean()
        case .relativistic: fatalError("the relativistic objective has no loss of reals alone")
        }
    }

    /// The discriminator's loss on fakes.
    ///
    /// - Shapes: scores `[n]` to a scalar.
    public func fakeLoss(_ scores: Tensor) -> Tensor {
        switch self {
        case .minimax, .nonSaturating: scores.softplus().mean()
        case .leastSquares: scores.squared().mean() * 0.5
        case .wasserstein: scores.mean()
        case .hinge: (1 + scores).relu().mean()
        case .relativistic: fatalError("the relativistic objective has no loss of fakes alone")
        }
    }

    /// The loss of one side of pairs that should score higher than the other: the discriminator's for its
    /// reals, the generator's for its fakes.
    ///
    /// - Shapes: both `[n]` to a scalar.
    public func pairLoss(_ winners: Tensor, over losers: Tensor) -> Tensor {
        (losers - winners).softplus().mean()
    }

    /// The generator's loss on its fakes.
    ///
    /// - Shapes: scores `[n]` to a scalar.
    public func generatorLoss(_ scores: Tensor) -> Tensor {
        switch self {
        case .minimax: -scores.softplus().mean()
        case .nonSaturating: realLoss(scores)
        case .leastSquares: (scores - 1).squared().mean() * 0.5
        case .wasserstein, .hinge: -scores.mean()
        case .relativistic: fatalError("the relativistic objective has no loss of fakes alone")
        }
    }

    /// What the discriminator says of some images: the mean probability of real where scores are logits,
    /// or else the mean score.
    func opinion(_ scores: Tensor) -> Double {
        let scores = scores.detached
        return Double((scoresAreLogits ? scores.sigmoid() : scores).mean().scalar)
    }
}
