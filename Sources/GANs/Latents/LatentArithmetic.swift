import Images
import Tensors

/// Sums of means of latents, such as those of people with glasses, less people without, plus others without.
///
/// - Source: Radford et al. 2015, "Unsupervised representation learning with deep convolutional generative
///   adversarial networks", section 6.3.2.
public struct LatentArithmetic {
    /// The mean of some latents, times a factor.
    public struct Term {
        /// How often it is taken: negative where it is subtracted.
        public let factor: Double
        /// Its caption in a figure, such as `1, 2, 3`.
        public let name: String
        /// `[n, size]`: its value is their mean.
        public let latents: Tensor

        /// A term of the sum.
        public init(_ factor: Double = 1, name: String, latents: Tensor) {
            (self.factor, self.name, self.latents) = (factor, name, latents)
        }

        /// `[1, size]`
        public var mean: Tensor { latents.mean(axes: [0], keepingAxes: true) }
    }

    /// The terms of the sum.
    public let terms: [Term]
    /// `[1, size]`
    public let result: Tensor

    /// - Parameter terms: at least one, all of one space.
    public init(_ terms: [Term]) {
        require(!terms.isEmpty, "LatentArithmetic: no terms")
        self.terms = terms
        let zero = Tensor.zeros([1, terms[0].latents.shape[1]])
        result = terms.reduce(zero) { $0 + $1.mean * Scalar($1.factor) }
    }

    /// The result with uniform noise added to every number.
    ///
    /// - Shapes: `[count, size]`
    /// - Parameter reach: of the noise, to both sides; 0.25 as published (figure 7).
    public func neighbors(_ count: Int, reach: Scalar = 0.25, seed: UInt64 = 0) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .noise)
        let noise = Tensor.uniform([count, result.shape[1]], from: &stream)
        return result + noise.affine(scale: 2 * reach, shift: -reach)
    }
}
