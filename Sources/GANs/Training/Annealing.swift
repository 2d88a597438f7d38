import Foundation
import Networks

/// What changes in the first part of a training: learning rates and penalties begin high and fall, and Adam's second
/// moment remembers ever longer, each along half a period of a cosine.
///
///     value = first + (last - first) (1 - cos(pi t)) / 2,  t = images shown / images, at most 1
///
/// - Source: Huang et al. 2024, "The GAN is dead; long live the GAN!", appendix on training settings, and the authors'
///   program: rates to a quarter, gamma to a tenth, beta2 from 0.9 to 0.99, over 20 million images.
public struct Annealing: Codable, Hashable, Sendable {
    /// Training images over which the values change.
    public var images: Int
    /// What learning rates are multiplied by at the end; 1 at first.
    public var learningRateFactor: Double
    /// What penalties are multiplied by at the end; 1 at first.
    public var penaltyFactor: Double
    /// Adam's beta2 at first; the optimizer's own at the end.
    public var firstBeta2: Double

    /// The published settings, unless said otherwise.
    public init(
        images: Int = 20_000_000, learningRateFactor: Double = 0.25, penaltyFactor: Double = 0.1,
        firstBeta2: Double = 0.9
    ) {
        (self.images, self.learningRateFactor) = (images, learningRateFactor)
        (self.penaltyFactor, self.firstBeta2) = (penaltyFactor, firstBeta2)
    }

    /// A value after so many training images.
    ///
    /// - Parameters:
    ///   - first: before the first image.
    ///   - last: when all are shown.
    func value(from first: Double, to last: Double, after imagesSeen: Int) -> Double {
        let share = min(1, Double(imagesSeen) / Double(images))
        return first + (last - first) * (1 - cos(.pi * share)) / 2
    }

    /// Sets an optimizer's beta2, if it has one.
    func setBeta2(of optimizer: any Optimizer, _ settings: OptimizerConfiguration, after imagesSeen: Int) {
        guard let adam = optimizer as? Adam, case .adam(_, _, let last, _) = settings else { return }
        adam.beta2 = value(from: firstBeta2, to: last, after: imagesSeen)
    }

    func validate() throws(ConfigurationError) {
        try ConfigurationError.check("annealingImages", images, in: 1...1_000_000_000_000)
        try ConfigurationError.check("learningRateFactor", learningRateFactor, in: 0...1)
        try ConfigurationError.check("penaltyFactor", penaltyFactor, in: 0...1)
        try ConfigurationError.check("firstBeta2", firstBeta2, in: 0...0.999999)
    }
}
