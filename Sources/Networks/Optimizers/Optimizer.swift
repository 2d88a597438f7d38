import Foundation
import Kernels
import Tensors

/// Updates parameters by their gradients.
public protocol Optimizer: AnyObject {
    var parameters: [Parameter] { get }
    var learningRate: Double { get set }
    /// Steps taken so far.
    var stepCount: Int { get set }
    /// The optimizer's state by name, with a tensor for each parameter.
    var moments: [(name: String, tensors: [Tensor])] { get }
    /// Updates the parameters in place.
    ///
    /// - Parameters:
    ///   - gradients: one for each parameter, of its shape.
    ///   - average: the moving average of the parameters, updated in the same pass over memory.
    func step(_ gradients: [Tensor], average: AverageStep?)
}

extension Optimizer {
    /// Updates the parameters in place.
    ///
    /// - Parameter gradients: one for each parameter, of its shape.
    public func step(_ gradients: [Tensor]) { step(gradients, average: nil) }

    /// Resets the optimizer's state; the parameters are kept.
    public func reset() {
        stepCount = 0
        for tensor in moments.flatMap(\.tensors) {
            tensor.withMutableScalars { $0.update(repeating: 0) }
        }
    }

    /// Calls `update` for parts of every parameter on all threads, and updates the same part of the average
    /// right after it, while it is in the cache.
    func sweep(
        _ gradients: [Tensor], _ average: AverageStep?,
        _ update: (
            _ index: Int, _ part: Range<Int>, _ parameter: UnsafeMutablePointer<Scalar>,
            _ gradient: UnsafePointer<Scalar>
        ) -> Void
    ) {
        let shapes = parameters.map(\.shape)
        require(
            gradients.map(\.shape) == shapes,
            "step: \(gradients.count) gradients do not have the shapes of \(shapes.count) parameters")
        require(
            average.map { $0.parameters.map(\.shape) == shapes } ?? true,
            "step: the average does not have the shapes of \(shapes.count) parameters")
        let (targets, sources) = (parameters.map(\.value.address), gradients.map(\.address))
        let averages = average?.parameters.map(\.value.address) ?? []
        Parallel.forEachElements(ofEach: shapes.map(\.count), in: .optimizer) { index, part in
            let target = targets[index] + part.lowerBound
            update(index, part, target, sources[index] + part.lowerBound)
            if let average {
                interpolate(
                    averages[index] + part.lowerBound, toward: target, weight: average.weight,
                    count: part.count)
            }
        }
    }

    static func zeros(like parameters: [Parameter]) -> [Tensor] { parameters.map { .zeros($0.shape) } }
}

/// An optimizer with its settings.
public enum OptimizerConfiguration: Codable, Hashable, Sendable {
    /// Kingma and Ba 2015.
    case adam(learningRate: Double, beta1: Double, beta2: Double, epsilon: Double)
    /// Hinton's lecture 6e of 2012, as in PyTorch.
    case rmsProp(learningRate: Double, decay: Double, epsilon: Double)
    case sgd(learningRate: Double, momentum: Double)

    /// A new optimizer with these settings.
    public func makeOptimizer(for parameters: [Parameter]) -> any Optimizer {
        switch self {
        case .adam(let learningRate, let beta1, let beta2, let epsilon):
            Adam(parameters, learningRate: learningRate, beta1: beta1, beta2: beta2, epsilon: epsilon)
        case .rmsProp(let learningRate, let decay, let epsilon):
            RMSProp(parameters, learningRate: learningRate, decay: decay, epsilon: epsilon)
        case .sgd(let learningRate, let momentum):
            SGD(parameters, learningRate: learningRate, momentum: momentum)
        }
    }
}

extension OptimizerConfiguration {
    /// The learning rate of any of the optimizers.
    public var learningRate: Double {
        get {
            switch self {
            case .adam(let rate, _, _, _), .rmsProp(let rate, _, _), .sgd(let rate, _): rate
            }
        }
        set {
            switch self {
            case .adam(_, let beta1, let beta2, let epsilon):
                self = .adam(learningRate: newValue, beta1: beta1, beta2: beta2, epsilon: epsilon)
            case .rmsProp(_, let decay, let epsilon):
                self = .rmsProp(learningRate: newValue, decay: decay, epsilon: epsilon)
            case .sgd(_, let momentum): self = .sgd(learningRate: newValue, momentum: momentum)
            }
        }
    }

    /// The optimizer for lazy regularization, where only a share of the steps minimizes the main loss.
    ///
    /// Over those steps it moves as far, and averages over as long a time, as without the regularization
    /// steps.
    ///
    /// - Source: Karras et al. 2020 (arXiv:1912.04958), appendix B.
    public func forLazyRegularization(stepShare share: Double) -> OptimizerConfiguration {
        switch self {
        case .adam(let rate, let beta1, let beta2, let epsilon):
            .adam(
                learningRate: rate * share, beta1: pow(beta1, share), beta2: pow(beta2, share),
                epsilon: epsilon)
        case .rmsProp(let rate, let decay, let epsilon):
            .rmsProp(learningRate: rate * share, decay: pow(decay, share), epsilon: epsilon)
        case .sgd(let rate, let momentum):
            .sgd(learningRate: rate * share, momentum: pow(momentum, share))
        }
    }
}

extension Tensor {
    /// Moves every scalar in place by `weight` of the way toward another tensor's.
    package func interpolate(toward other: Tensor, weight: Double) {
        require(shape == other.shape, "interpolate: shapes \(shape) and \(other.shape) differ")
        Kernels.interpolate(address, toward: other.address, weight: weight, count: shape.count)
    }

    /// The scalars' address, for kernels that change them in place.
    var address: UnsafeMutablePointer<Scalar> {
        withMutableScalars { buffer in
            guard let address = buffer.baseAddress else { fatalError("a tensor without memory") }
            return address
        }
    }
}
