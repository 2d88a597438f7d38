import Kernels
import Tensors

/// `s = decay s + (1 - decay) g^2`, `parameter -= learningRate g / (sqrt(s) + epsilon)`.
///
/// - Source: Hinton, Srivastava, Swersky 2012, "Neural networks for machine learning", lecture 6e.
public final class RMSProp: Optimizer {
    public let parameters: [Parameter]
    public var stepCount = 0
    public var learningRate: Double
    let decay, epsilon: Double
    private let squares: [Tensor]

    public init(
        _ parameters: [Parameter], learningRate: Double = 1e-2, decay: Double = 0.99, epsilon: Double = 1e-8
    ) {
        self.parameters = parameters
        (self.learningRate, self.decay, self.epsilon) = (learningRate, decay, epsilon)
        squares = RMSProp.zeros(like: parameters)
    }

    public var moments: [(name: String, tensors: [Tensor])] { [("square_average", squares)] }

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
