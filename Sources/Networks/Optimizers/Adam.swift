import Kernels
import Tensors

/// `m = beta1 m + (1 - beta1) g`, `v = beta2 v + (1 - beta2) g^2`,
/// `parameter -= learningRate m' / (sqrt(v') + epsilon)` with `m' = m / (1 - beta1^t)`,
/// `v' = v / (1 - beta2^t)`.
///
/// - Source: Kingma and Ba 2015, "Adam", algorithm 1.
public final class Adam: Optimizer {
    /// The parameters that the optimizer updates.
    public let parameters: [Parameter]
    /// Steps taken so far.
    public var stepCount = 0
    /// The learning rate of the next step.
    public var learningRate: Double
    /// The share that the second moment keeps at the next step.
    public var beta2: Double
    let beta1, epsilon: Double
    private let first, second: [Tensor]

    /// - Parameters:
    ///   - beta1: the share that the first moment keeps at a step.
    ///   - beta2: the share that the second moment keeps at a step.
    ///   - epsilon: added to the root of the second moment.
    public init(
        _ parameters: [Parameter], learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999,
        epsilon: Double = 1e-8
    ) {
        self.parameters = parameters
        self.learningRate = learningRate
        (self.beta1, self.beta2, self.epsilon) = (beta1, beta2, epsilon)
        first = Adam.zeros(like: parameters)
        second = Adam.zeros(like: parameters)
    }

    /// The first and the second moment of each gradient.
    public var moments: [(name: String, tensors: [Tensor])] {
        [("first_moment", first), ("second_moment", second)]
    }

    /// Updates the parameters in place.
    public func step(_ gradients: [Tensor], average: AverageStep?) {
        stepCount += 1
        let step = AdamStep(
            learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon, step: stepCount)
        let (first, second) = (first.map(\.address), second.map(\.address))
        sweep(gradients, average) { index, part, parameter, gradient in
            step.apply(
                to: parameter, first: first[index] + part.lowerBound,
                second: second[index] + part.lowerBound, gradient: gradient, count: part.count)
        }
    }
}
