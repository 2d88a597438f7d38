/// What an operation computes, for whoever writes a recorded computation in another form. Axes and filters are those of
/// the tensors as they are here, `[n, h, w, c]`.
package enum TracedOperation: Hashable, Sendable {
    case add, subtract, multiply, divide
    /// `x scale + shift`
    case affine(scale: Scalar, shift: Scalar)
    case exponential, logarithm, squareRoot, tanh, sigmoid, softplus
    case leakyReLU(slope: Scalar)
    case reshaped, broadcast
    case transposed(order: [Int])
    case concatenated(axis: Int)
    case sliced(axis: Int, range: Range<Int>)
    case rows(indices: [Int])
    case sum(axes: [Int], keepingAxes: Bool)
    case matrixProduct(transposingSelf: Bool, transposingOther: Bool)
    case convolved(ConvolutionWindow), transposeConvolved(ConvolutionWindow)
    /// Of activations, scale and shift: `x scale + shift`, then a leaky ReLU.
    case scaled(slope: Scalar)
    /// Of activations and bias: `x + bias`, then a leaky ReLU.
    case biased(slope: Scalar)
    /// Of activations, strength, bias and noise: `x + noise strength + bias`, then a leaky ReLU.
    case noised(slope: Scalar)
    /// Of activations, scale and shift, by mean and biased variance over some axes of the activations; then a leaky
    /// ReLU. The other inputs follow from the activations.
    case normalized(axes: [Int], epsilon: Scalar, slope: Scalar)
    case filtered(rows: PixelFilter, columns: PixelFilter)
    case reflectionPadded(pixels: Int)
    case pixelShuffled(factor: Int)
    case maxPooled
    /// How much each image differs from those that it is compared with, as many as divide the batch and at most so many:
    /// `[n, ..., channels]` to `[n, ..., 1]`.
    case groupDeviation(maximum: Int)
}

/// The operations of a computation, in their order.
///
/// Operations without a form of their own, such as those of gradients and augmentations, are steps without an
/// operation.
package final class ComputationTrace {
    /// An operation with what went in and what came out.
    package struct Step {
        /// Nil of one that has no form of its own.
        package let operation: TracedOperation?
        /// As in error messages.
        package let name: String
        package let inputs: [Tensor]
        package let output: Tensor
    }

    /// All steps so far. They hold their tensors, so that each has memory of its own.
    package private(set) var steps: [Step] = []

    /// Of the task at work. A tensor, and so a trace, belongs to one thread at a time.
    @TaskLocal fileprivate static var current: Unchecked?

    fileprivate struct Unchecked: @unchecked Sendable { let trace: ComputationTrace }

    /// The operations of `body`, with its result.
    package static func recording<Result>(_ body: () -> Result) -> (trace: ComputationTrace, result: Result) {
        let trace = ComputationTrace()
        return (trace, $current.withValue(Unchecked(trace: trace), operation: body))
    }

    /// Records what `body` computes of an input as one operation.
    package static func composed(
        _ operation: TracedOperation, of input: Tensor, _ body: () -> Tensor
    ) -> Tensor {
        guard let trace = current?.trace else { return body() }
        let output = $current.withValue(nil, operation: body)
        trace.steps.append(Step(operation: operation, name: "\(operation)", inputs: [input], output: output))
        return output
    }

    static func record(
        _ operation: @autoclosure () -> Operation, of inputs: [Tensor], output: @autoclosure () -> Tensor
    ) {
        guard let trace = current?.trace else { return }
        let operation = operation()
        trace.steps.append(
            Step(
                operation: operation.traced, name: "\(operation.name)", inputs: inputs.map(\.detached),
                output: output()))
    }
}

extension Tensor {
    /// What tells tensors apart that are values of their own: the same scalars under the same shape are the same value.
    package struct Identity: Hashable {
        private let storage: ObjectIdentifier
        private let shape: Shape

        fileprivate init(_ storage: Storage, _ shape: Shape) {
            (self.storage, self.shape) = (ObjectIdentifier(storage), shape)
        }
    }

    /// Holds as long as the tensor lives.
    package var identity: Identity { Identity(storage, shape) }
}
