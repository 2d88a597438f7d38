import Tensors

/// The search for latents whose images are like given ones.
///
/// From the likest of many random latents, gradient descent goes on: on the mean squared difference of the
/// pixels, on that of a discriminator's features where there is one, and on how far the latent is from what
/// the generator was trained on.
///
/// - Source: Lipton and Tripathi 2017, "Precise recovery of latent vectors from generative adversarial
///   networks"; steps and their sizes as in Karras et al. 2020 (arXiv:1912.04958),
///   appendix D.
public struct LatentProjection {
    /// How the search goes.
    public struct Settings: Sendable {
        /// Of gradient descent.
        public var steps = 400
        /// Random latents that the starts are chosen from.
        public var candidates = 512
        /// Latents that gradient descent starts from, for each image; the best result is kept.
        public var starts = 4
        /// The largest learning rate of gradient descent.
        public var learningRate = 0.1
        /// Of the features' difference, relative to the pixels'.
        public var featureWeight = 0.1
        /// Of the distance from the prior: enough that no latent leaves it, too little to be seen.
        public var priorWeight = 0.01
        /// That the candidates follow from.
        public var seed: UInt64 = 0

        /// The settings above.
        public init() {}
    }

    /// The latent that was found for an image.
    public struct Match {
        /// `[1, size]`
        public let latent: Tensor
        /// The mean squared difference of the pixels, in [-1, 1].
        public let pixelLoss: Double
        /// That of the features, relative to the features' own mean square.
        public let featureLoss: Double?
    }

    let space: LatentSpace
    let features: ((Tensor) -> Tensor)?
    let settings: Settings

    /// - Parameter features: of images `[n, height, width, channels]`, differentiable.
    public init(
        in space: LatentSpace, features: ((Tensor) -> Tensor)? = nil, _ settings: Settings = Settings()
    ) {
        (self.space, self.features, self.settings) = (space, features, settings)
    }

    /// Searches for several images together; each finds the same as it would alone, up to rounding.
    ///
    /// - Shapes: images `[n, height, width, channels]` in [-1, 1] to n matches.
    /// - Parameter progress: told the step, and the mean loss of all.
    public func match(
        _ images: Tensor, progress: (_ step: Int, _ loss: Double) -> Void = { _, _ in }
    ) -> [Match] {
        let search = LatentSearch(for: images, self)
        while !search.isDone { if let loss = search.advance() { progress(search.step, loss) } }
        return search.matches
    }
}

extension LatentSpace {
    /// How unlike the latents of training each latent is: `(mean square - 1)^2` of standard normal numbers.
    ///
    /// - Shapes: `[n, size]` to `[n]`.
    /// - Differentiable: to any order.
    func distanceFromPrior(of latents: Tensor) -> Tensor {
        switch geometry {
        case .sphere: (latents.squared().mean(axes: [1]) - 1).squared()
        case .flat: .zeros([latents.shape[0]])
        }
    }
}

extension Tensor {
    /// The mean over all axes but the first.
    var meanOfEach: Tensor { mean(axes: Array(1..<shape.rank)) }

    /// Squared distances from every row to every row of another matrix.
    ///
    /// - Shapes: `[n, k]` and `[m, k]` to n lists of m.
    func squaredDistances(to other: Tensor) -> [[Double]] {
        let products = matrixProduct(other, transposingOther: true).scalars
        let (own, others) = (
            squared().sum(axes: [1]).scalars, other.squared().sum(axes: [1]).scalars
        )
        return own.indices.map { row in
            others.indices.map { column in
                max(
                    0,
                    Double(own[row]) + Double(others[column])
                        - 2 * Double(products[row * others.count + column]))
            }
        }
    }
}
