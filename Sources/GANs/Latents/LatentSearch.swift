import Foundation
import Networks
import Tensors

/// A projection that goes on part by part, so that whoever waits for it can do other things in between.
///
/// The parts take about the same time: first the candidates, some at a time, then the steps of gradient descent.
public final class LatentSearch {
    /// Steps of gradient descent that were taken.
    public private(set) var step = 0
    /// Parts that are done.
    public private(set) var partsDone = 0
    /// Parts in all.
    public var partCount: Int { pieces.count + settings.steps }
    /// Whether the matches are final.
    public var isDone: Bool { partsDone == partCount }

    private let space: LatentSpace
    private let settings: LatentProjection.Settings
    private let images: Tensor
    private let targets: Targets
    private let features: ((Tensor) -> Tensor)?
    private let candidates: Tensor
    private let pieces: [Range<Int>]
    /// From each image to the candidates that were looked at.
    private var distances: [[Double]]
    private var descent: (latents: Parameter, optimizer: Adam)?

    /// Candidates that are looked at together.
    private static let atATime = 16

    /// - Shapes: images `[n, height, width, channels]` in [-1, 1].
    public init(for images: Tensor, _ projection: LatentProjection) {
        (space, settings, features) = (projection.space, projection.settings, projection.features)
        self.images = images
        let (first, starts) = (settings.seed, settings.starts)
        candidates = space.latents(seeds: (0..<UInt64(settings.candidates)).map { first &+ $0 })
        pieces = (0..<settings.candidates).pieces(of: Self.atATime)
        distances = [[Double]](repeating: [], count: images.shape[0])
        targets = Targets(
            images: images.rows(
                at: (0..<images.shape[0]).flatMap { [Int](repeating: $0, count: starts) }),
            features: projection.features)
    }

    /// Does the next part.
    ///
    /// - Returns: the mean loss of all latents before the step of gradient descent; nil while candidates are looked
    ///   at.
    @discardableResult
    public func advance() -> Double? {
        guard !isDone else { return nil }
        defer { partsDone += 1 }
        guard partsDone >= pieces.count else {
            look(at: pieces[partsDone])
            return nil
        }
        let (latents, optimizer) = descent ?? begin()
        let losses = losses(latents.value)
        let loss =
            losses.pixels + (losses.features ?? .zeros(losses.pixels.shape)) * Scalar(settings.featureWeight)
            + losses.prior * Scalar(settings.priorWeight)
        optimizer.learningRate = settings.learningRate * ramp(Double(step) / Double(settings.steps))
        optimizer.step(gradients(of: loss.sum(), withRespectTo: [latents.value]))
        step += 1
        return Double(loss.mean().scalar)
    }

    /// The best start's result so far for each image; once all candidates were looked at.
    public var matches: [LatentProjection.Match] {
        let latents = (descent ?? begin()).latents.value.detached
        let losses = losses(latents)
        let (pixels, seen) = (losses.pixels.scalars, losses.features?.scalars)
        func loss(_ row: Int) -> Double {
            Double(pixels[row]) + settings.featureWeight * (seen.map { Double($0[row]) } ?? 0)
        }
        return stride(from: 0, to: latents.shape[0], by: settings.starts).map { first in
            let row = (first..<first + settings.starts).reduce(first) { loss($1) < loss($0) ? $1 : $0 }
            return LatentProjection.Match(
                latent: latents.rows(at: [row]), pixelLoss: Double(pixels[row]),
                featureLoss: seen.map { Double($0[row]) })
        }
    }

    private func look(at chosen: Range<Int>) {
        let count = images.shape[0]
        let flat = images.reshaped([count, images.shape.count / count])
        let made = space.tensor(of: candidates.sliced(axis: 0, chosen))
        let found = flat.squaredDistances(to: made.reshaped([chosen.count, flat.shape[1]]))
        for image in 0..<count { distances[image] += found[image] }
    }

    /// Begins the descent at the likest candidates of each image, by pixels.
    private func begin() -> (latents: Parameter, optimizer: Adam) {
        require(partsDone >= pieces.count, "matches: not all candidates were looked at")
        let starts = candidates.rows(
            at: distances.flatMap { own in
                own.indices.sorted { (own[$0], $0) < (own[$1], $1) }.prefix(settings.starts)
            })
        let latents = Parameter(starts)
        let begun = (latents: latents, optimizer: Adam([latents]))
        descent = begun
        return begun
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
    private func losses(_ latents: Tensor) -> (pixels: Tensor, features: Tensor?, prior: Tensor) {
        let made = space.tensor(of: latents)
        let pixels = (made - targets.images).squared().meanOfEach
        var seen: Tensor?
        if let features, let target = targets.features, let scale = targets.featureScale {
            seen = (features(made) - target).squared().meanOfEach / scale
        }
        return (pixels, seen, space.distanceFromPrior(of: latents))
    }
}
