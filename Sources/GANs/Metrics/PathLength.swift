import Foundation
import Tensors

/// How much images change along the ways between them: the less, the smoother the space.
///
/// The mean of `d(G(p(t)), G(p(t + epsilon))) / epsilon^2`, where p is the way between two random latents, an
/// arc or a straight line as suits the space, and t is uniform in [0, 1]. As published, the lowest and highest
/// hundredth are left out. The distance d is the mean squared difference of the pixels, in [-1, 1]. Published is
/// that of a classifier's features weighted to agree with people, so that these figures compare with each other
/// alone, of models that make images of one kind.
///
/// - Source: Karras et al. 2019, section 4.1; epsilon 0.0001.
public struct PathLength: Codable, Hashable, Sendable {
    /// The mean of the lengths.
    public let mean: Double
    /// Of the mean.
    public let standardError: Double
    /// Ways, of which the mean takes most.
    public let samples: Int

    /// The published distance between the two points of a path.
    public static let epsilon = 1e-4

    /// - Parameters:
    ///   - samples: how many ways.
    ///   - seed: of the first latent; each way takes the next two.
    ///   - progress: told how many are done.
    public init(
        in space: LatentSpace, samples: Int, seed: UInt64 = 0, progress: (_ done: Int) -> Void = { _ in }
    ) {
        require(samples > 0, "PathLength: no samples")
        var stream = RandomStream(seed: seed, purpose: .latents, index: 2)
        var lengths: [Double] = []
        while lengths.count < samples {
            let count = min(LatentSpace.atATime, samples - lengths.count)
            let ends = (0..<2).map { end in
                space.latents(seeds: (0..<count).map { seed &+ UInt64(2 * (lengths.count + $0) + end) })
            }
            let shares = (0..<count).map { _ in stream.uniform() }
            let images = [shares, shares.map { $0 + Self.epsilon }].map {
                space.tensor(of: space.points(from: ends[0], to: ends[1], at: $0))
            }
            let squares = (images[1] - images[0]).squared().mean(axes: [1, 2, 3])
            lengths += squares.scalars.map { Double($0) / (Self.epsilon * Self.epsilon) }
            progress(lengths.count)
        }
        let dropped = samples / 100
        let kept = lengths.sorted().dropFirst(dropped).dropLast(dropped)
        let mean = kept.reduce(0, +) / Double(kept.count)
        let variance = kept.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, kept.count - 1))
        (self.mean, self.samples) = (mean, samples)
        standardError = (variance / Double(kept.count)).squareRoot()
    }
}
