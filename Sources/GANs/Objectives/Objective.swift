import Tensors

/// What the two networks play for.
public enum Objective: String, Codable, Hashable, Sendable {
    /// Both minimize a cross-entropy: the discriminator `-log D(x) - log(1 - D(G(z)))`, the generator
    /// `-log D(G(z))`, with `D = sigmoid(score)`.
    ///
    /// - Source: Goodfellow et al. 2014, "Generative adversarial nets", section 3.
    case nonSaturating = "non-saturating"

    /// - Shapes: scores `[n]` to a scalar, the mean over the batch.
    public func discriminatorLoss(realScores: Tensor, fakeScores: Tensor) -> Tensor {
        // -log sigmoid(s) = softplus(-s), and -log(1 - sigmoid(s)) = softplus(s).
        (-realScores).softplus().mean() + fakeScores.softplus().mean()
    }

    /// - Shapes: scores `[n]` to a scalar, the mean over the batch.
    public func generatorLoss(fakeScores: Tensor) -> Tensor {
        (-fakeScores).softplus().mean()
    }
}
