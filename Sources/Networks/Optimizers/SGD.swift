import Kernels
import Tensors

/// `v = momentum v + g`, `parameter -= learningRate v`.
public final class SGD: Optimizer {
    public let parameters: [Parameter]
    public var stepCount = 0
    public var learningRate: Double
    let momentum: Double
    private let velocities: [Tensor]

    public init(_ parameters: [Parameter], learningRate: Double, momentum: Double = 0) {
        self.parameters = parameters
        (self.learningRate, self.momentum) = (learningRate, momentum)
        velocities = SGD.zeros(like: parameters)
    }

    public var moments: [(name: String, tensors: [Tensor])] { [("velocity", velocities)] }

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
