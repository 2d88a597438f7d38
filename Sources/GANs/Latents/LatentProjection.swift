import Foundation
import Networks
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
        let starts = starts(for: images)
        let rows = (0..<images.shape[0]).flatMap { [Int](repeating: $0, count: settings.starts) }
        let targets = Targets(images: images.rows(at: rows), features: features)
        let latents = Parameter(starts)
        let optimizer = Adam([latents])
        for step in 0..<settings.steps {
            let losses = losses(latents.value, targets)
            let loss =
                losses.pixels + (losses.features ?? .zeros([rows.count])) * Scalar(settings.featureWeight)
                + losses.prior * Scalar(settings.priorWeight)
            progress(step + 1, Double(loss.mean().scalar))
            optimizer.learningRate = settings.learningRate * ramp(Double(step) / Double(settings.steps))
            optimizer.step(gradients(of: loss.sum(), withRespectTo: [latents.value]))
        }
        return best(of: latents.value.detached, targets)
    }

    /// The likest candidates for each image, by pixels.
    ///
    /// - Shapes: `[n starts, size]`
    private func starts(for images: Tensor) -> Tensor {
        let first = settings.seed
        let candidates = space.latents(seeds: (0..<UInt64(settings.candidates)).map { first &+ $0 })
        let count = images.shape[0]
        let flat = images.reshaped([count, images.shape.count / count])
        var distances = [[Double]](repeating: [], count: count)
        for chosen in (0..<settings.candidates).pieces(of: LatentSpace.atATime) {
            let made = space.tensor(of: candidates.sliced(axis: 0, chosen))
            let found = flat.squaredDistances(to: made.reshaped([chosen.count, flat.shape[1]]))
            for image in 0..<count { distances[image] += found[image] }
        }
        return candidates.rows(
            at: distances.flatMap { own in
                own.indices.sorted { (own[$0], $0) < (own[$1], $1) }.prefix(settings.starts)
            })
    }

    /// Rising over the first twentieth of the steps, falling over the last quarter.
    private func ramp(_ done: Double) -> Double {
        let fall = min(1, (1 - done) / 0.25)
        return min(1, done / 0.05 + 0.05) * (0.5 - 0.5 * cos(fall * Double.pi))
    }

    private struct Targets {
        let images: Tensor
        let features: Tensor?
        /// The mean square of each image's features.
        let featureScale: Tensor?

        init(images: Tensor, features: ((Tensor) -> Tensor)?) {
            self.images = images
            self.features = features.map { $0(images).detached }
            featureScale = self.features.map { $0.squared().meanOfEach + 1e-6 }
        }
    }

    /// Each `[n]`.
    private func losses(
        _ latents: Tensor, _ targets: Targets
    ) -> (pixels: Tensor, features: Tensor?, prior: Tensor) {
        let made = space.tensor(of: latents)
        let pixels = (made - targets.images).squared().meanOfEach
        var seen: Tensor?
        if let features, let target = targets.features, let scale = targets.featureScale {
            seen = (features(made) - target).squared().meanOfEach / scale
        }
        return (pixels, seen, space.distanceFromPrior(of: latents))
    }

    /// The best start's result for each image.
    private func best(of latents: Tensor, _ targets: Targets) -> [Match] {
        let losses = losses(latents, targets)
        let (pixels, seen) = (losses.pixels.scalars, losses.features?.scalars)
        func loss(_ row: Int) -> Double {
            Double(pixels[row]) + settings.featureWeight * (seen.map { Double($0[row]) } ?? 0)
        }
        return stride(from: 0, to: latents.shape[0], by: settings.starts).map { first in
            let row = (first..<first + settings.starts).reduce(first) { loss($1) < loss($0) ? $1 : $0 }
            return Match(
                latent: latents.rows(at: [row]), pixelLoss: Double(pixels[row]),
                featureLoss: seen.map { Double($0[row]) })
        }
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
    fileprivate var meanOfEach: Tensor { mean(axes: Array(1..<shape.rank)) }

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
