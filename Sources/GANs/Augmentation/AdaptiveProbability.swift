import Tensors

/// How likely adaptive augmentation transforms an image: it rises while the discriminator overfits, which shows in
/// nearly all real images lying on the real side of its border, and falls while they do not.
///
/// After every fourth batch `p += sign(r - target) * reals / ramp`, with `r` the mean of `sign(margin)` over the
/// reals of these batches, and p kept in 0...1. An image's margin is how far the discriminator's output for it lies
/// above the output that tells nothing: see `AdversarialLoss.margins`.
///
/// - Source: Karras et al. 2020, "Training generative adversarial networks with limited data", section 3.
///   There p has no upper bound, which changes nothing: above 1 all transforms are applied.
public struct AdaptiveProbability: Codable, Hashable, Sendable {
    /// The probability, 0 to 1.
    public private(set) var value = 0.0
    /// The last whole measurement of r, -1 to 1; nil before the first.
    public private(set) var sureness: Double?
    /// The r at which the probability stays as it is.
    public let target: Double
    /// Reals that p takes from 0 to 1 at its fastest.
    public let rampInImages: Int

    private var batches = 0
    private var reals = 0
    private var signs = 0

    /// As in the authors' settings.
    private static let batchesPerChange = 4

    /// A probability that begins at 0.
    public init(target: Double, rampInImages: Int) {
        (self.target, self.rampInImages) = (target, rampInImages)
    }

    /// Whether a training comes to stand there; a file may hold anything.
    var isPossible: Bool {
        (0...1).contains(value) && rampInImages > 0 && (0..<Self.batchesPerChange).contains(batches)
            && (0...1 << 48).contains(reals) && (-reals...reals).contains(signs)
    }

    /// Takes in the margins of a batch of augmented real images: of those with one for each patch an image's mean.
    ///
    /// - Shapes: `[n]`, or `[n, h, w, 1]`.
    public mutating func observe(margins: Tensor) {
        let margins = margins.shape.rank == 1 ? margins : margins.mean(axes: [1, 2, 3])
        margins.withScalars { margins in
            for margin in margins { signs += margin > 0 ? 1 : margin < 0 ? -1 : 0 }
        }
        reals += margins.shape.count
        batches += 1
        guard batches == Self.batchesPerChange else { return }
        let sureness = Double(signs) / Double(max(1, reals))
        let direction: Double = sureness > target ? 1 : sureness < target ? -1 : 0
        value = min(max(value + direction * Double(reals) / Double(rampInImages), 0), 1)
        self.sureness = sureness
        (batches, reals, signs) = (0, 0, 0)
    }
}
