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

    public func step(_ gradients: [Tensor]) {
        checkShapes(gradients)
        stepCount += 1
        for (index, parameter) in parameters.enumerated() {
            stepSGD(
                parameter.value.address, velocity: velocities[index].address,
                gradient: gradients[index].address, learningRate: learningRate, momentum: momentum,
                count: parameter.shape.count)
        }
    }
}
