import Kernels
import Tensors

/// `s = decay s + (1 - decay) g^2`, `parameter -= learningRate g / (sqrt(s) + epsilon)`.
///
/// - Source: Hinton, Srivastava, Swersky 2012, "Neural networks for machine learning", lecture 6e.
public final class RMSProp: Optimizer {
    /// The parameters that the optimizer updates.
    public let parameters: [Parameter]
    /// Steps taken so far.
    public var stepCount = 0
    /// The learning rate of the next step.
    public var learningRate: Double
    let decay, epsilon: Double
    private let squares: [Tensor]

    /// - Parameters:
    ///   - decay: the share that the mean square keeps at a step.
    ///   - epsilon: added to the root of the mean square.
    public init(
        _ parameters: [Parameter], learningRate: Double = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8
    ) {
        self.parameters = parameters
        (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
        squares = RMSProp.zeros(like: parameters)
    }

    /// The mean square of each gradient.
    public var moments: [(name: String, tensors: [Tensor])] { [("square_average", squares)] }

    /// Updates the parameters in place.
    public func step(_ gradients: [Tensor], average: AverageStep?) {
        stepCount += 1
        let squares = squares.map(\.address)
        sweep(gradients, average) { index, part, parameter, gradient in
            stepRMSProp(
                parameter, square: squares[index] + part.lowerBound, gradient: gradient,
                learningRate: learningRate, decay: decay, epsilon: epsilon, count: part.count)
        }
    }
}
