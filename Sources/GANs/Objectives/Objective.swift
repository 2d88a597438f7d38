import Tensors

/// What the two networks play for.
public enum Objective: String, Codable, Hashable, Sendable {
    /// Both minimize a cross-entropy: the discriminator `-log D(x) - log(1 - D(G(z)))`, the generator
    /// `-log D(G(z))`, with `D = sigmoid(score)`.
    ///
    /// - Source: Goodfellow et al. 2014, "Generative adversarial nets", section 3.
    case nonSaturating = "non-saturating"

    /// The discriminator's loss on reals.
    ///
    /// - Shapes: scores `[n]` to a scalar, the mean over the batch.
    public func realLoss(_ scores: Tensor) -> Tensor {
        // -log sigmoid(s) = softplus(-s)
        (-scores).softplus().mean()
    }

    /// The discriminator's loss on fakes.
    ///
    /// - Shapes: scores `[n]` to a scalar, the mean over the batch.
    public func fakeLoss(_ scores: Tensor) -> Tensor {
        // -log(1 - sigmoid(s)) = softplus(s)
        scores.softplus().mean()
    }

    /// The generator's loss on its fakes.
    ///
    /// - Shapes: scores `[n]` to a scalar, the mean over the batch.
    public func generatorLoss(_ scores: Tensor) -> Tensor { realLoss(scores) }
}
