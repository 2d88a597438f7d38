import Foundation
import Tensors

/// How fast a moving average of a network's parameters forgets.
///
/// After `halfLifeInImages` training images, a parameter's older values weigh half. Early in training
/// the half-life is a share of the images seen, so that the average leaves the first values behind.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 5; the ramp as in Karras et al.
///   2020, "Training generative adversarial networks with limited data", where it is 0.05.
public struct MovingAverage: Codable, Hashable, Sendable {
    public var halfLifeInImages: Double
    public var rampUpShare: Double

    public init(halfLifeInImages: Double = 10_000, rampUpShare: Double = 0.05) {
        self.halfLifeInImages = halfLifeInImages
        self.rampUpShare = rampUpShare
    }

    /// What an optimizer's step is told, to move an average of its parameters along.
    ///
    /// - Parameters:
    ///   - average: in the order of the optimizer's parameters.
    ///   - imagesInStep: training images in the step.
    ///   - imagesSeen: training images so far, this step's included.
    public func step(_ average: [Parameter], imagesInStep: Int, imagesSeen: Int) -> AverageStep {
        let halfLife = min(halfLifeInImages, rampUpShare * Double(imagesSeen))
        let keptShare = halfLife > 0 ? pow(0.5, Double(imagesInStep) / halfLife) : 0
        return AverageStep(parameters: average, weight: 1 - keptShare)
    }

    /// Moves an average's parameters toward a network's after a step, in a sweep of its own.
    ///
    /// - Parameters: as of `step(_:imagesInStep:imagesSeen:)`.
    public func update(_ average: some Module, from network: some Module, imagesInStep: Int, imagesSeen: Int)
    {
        let step = step(average.parameters, imagesInStep: imagesInStep, imagesSeen: imagesSeen)
        for (target, source) in zip(step.parameters, network.parameters) {
            target.value.interpolate(toward: source.value, weight: step.weight)
        }
    }
}

/// How parameters follow those that an optimizer moves: by `weight` of the way.
public struct AverageStep {
    let parameters: [Parameter]
    let weight: Double
}
