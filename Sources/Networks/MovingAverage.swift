import Foundation
import Tensors

/// The decay of an exponential moving average of a network's parameters.
///
/// After `halfLifeInImages` training images, older values have half their weight. Early in training the
/// half-life is a share of the images seen, so that the average forgets the initial values.
///
/// - Source: Karras et al. 2018, "Progressive growing of GANs", section 5; the ramp as in Karras et al.
///   2020, "Training generative adversarial networks with limited data", where it is 0.05.
public struct MovingAverage: Codable, Hashable, Sendable {
    /// How many training images halve the weight of older values.
    public var halfLifeInImages: Double
    /// The largest half-life as a share of the images seen so far.
    public var rampUpShare: Double

    /// - Parameters:
    ///   - halfLifeInImages: 10,000 training images by default.
    ///   - rampUpShare: 0.05 by default.
    public init(halfLifeInImages: Double = 10_000, rampUpShare: Double = 0.05) {
        self.halfLifeInImages = halfLifeInImages
        self.rampUpShare = rampUpShare
    }

    /// The update of the average that belongs to an optimizer's step.
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

    /// Moves an average toward a network's parameters after a step, in a pass of its own.
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

/// One update of an average: its parameters move by `weight` of the way toward those that are trained.
public struct AverageStep {
    let parameters: [Parameter]
    let weight: Double
}
