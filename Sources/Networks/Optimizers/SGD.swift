import Kernels
import Tensors

/// `v = momentum v + g`, `parameter -= learningRate v`.
public final class SGD: Optimizer {
    /// The parameters that the optimizer updates.
    public let parameters: [Parameter]
    /// Steps taken so far.
    public var stepCount = 0
    /// The learning rate of the next step.
    public var learningRate: Double
    let momentum: Double
    private let velocities: [Tensor]

    /// - Parameter momentum: the share that the velocity keeps at a step.
    public init(_ parameters: [Parameter], learningRate: Double, momentum: Double = 0) {
        self.parameters = parameters
        (self.learningRate, self.momentum) = (learningRate, momentum)
        velocities = SGD.zeros(like: parameters)
    }

    /// The velocity of each parameter.
    public var moments: [(name: String, tensors: [Tensor])] { [("velocity", velocities)] }

    /// Updates the parameters in place.
    public func step(_ gradients: [Tensor], average: AverageStep?) {
        stepCount += 1
        let velocities = velocities.map(\.address)
        sweep(gradients, average) { index, part, parameter, gradient in
            stepSGD(
                parameter, velocity: velocities[index] + part.lowerBound, gradient: gradient,
                learningRate: learningRate, momentum: momentum, count: part.count)
        }
    }
}
