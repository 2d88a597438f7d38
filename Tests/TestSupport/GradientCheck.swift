import Tensors
import Testing

/// How central differences are taken: in single precision the step must be coarse, and the check only finds
/// missing or wrong terms.
private let isDouble = Scalar.self == Double.self
private let step: Scalar = isDouble ? 1e-6 : 0x1p-7
private let absoluteTolerance = isDouble ? 1e-5 : 1e-2
private let relativeTolerance = isDouble ? 1e-3 : 2e-2

/// Checks the gradients of a function of tensors, in all of them, against central differences: the gradients
/// of the projection of its output on random numbers, then the gradients of these gradients (in the inputs
/// and in the numbers projected on), and so on.
///
/// - Parameters:
///   - orders: how often to differentiate.
///   - inputs: where; at least a few hundredths away from kinks.
public func checkGradients(
    orders: Int = 2, at inputs: [Tensor], sourceLocation: SourceLocation = #_sourceLocation,
    of function: @escaping ([Tensor]) -> Tensor
) {
    check(order: 1, of: orders, at: inputs, sourceLocation) { [function($0)] }
}

private func check(
    order: Int, of orders: Int, at inputs: [Tensor], _ sourceLocation: SourceLocation,
    _ function: @escaping ([Tensor]) -> [Tensor]
) {
    let variables = inputs.map { $0.variable() }
    let outputs = function(variables)
    var stream = RandomStream(seed: UInt64(order), purpose: .drawing)
    let cotangents = outputs.map { Tensor.normal($0.shape, from: &stream) }
    let computed = gradients(of: projection(of: outputs, on: cotangents), withRespectTo: variables)
    for (index, input) in inputs.enumerated() {
        let differences = input.scalars.indices.map { element -> Double in
            func moved(by step: Scalar) -> (scalar: Scalar, loss: Double) {
                let input = moving(input, element, by: step)
                var arguments = variables
                arguments[index] = input.variable()
                return (input.scalars[element], sum(function(arguments), cotangents))
            }
            let (above, below) = (moved(by: step), moved(by: -step))
            return (above.loss - below.loss) / Double(above.scalar - below.scalar)
        }
        expectClose(
            computed[index].scalars, differences, absolute: absoluteTolerance, relative: relativeTolerance,
            "order \(order), input \(index) of shape \(input.shape)", sourceLocation: sourceLocation)
    }
    guard order < orders else { return }
    check(order: order + 1, of: orders, at: inputs + cotangents, sourceLocation) { arguments in
        let variables = Array(arguments.prefix(inputs.count))
        let loss = projection(of: function(variables), on: Array(arguments.dropFirst(inputs.count)))
        return gradients(of: loss, withRespectTo: variables, createGraph: true)
    }
}

private func projection(of outputs: [Tensor], on cotangents: [Tensor]) -> Tensor {
    zip(outputs, cotangents).map { ($0 * $1).sum() }.reduce(Tensor(0), +)
}

/// The projection in double precision, where differences of it are taken.
private func sum(_ outputs: [Tensor], _ cotangents: [Tensor]) -> Double {
    zip(outputs, cotangents).flatMap { zip($0.scalars, $1.scalars) }
        .reduce(0) { $0 + Double($1.0) * Double($1.1) }
}

private func moving(_ tensor: Tensor, _ element: Int, by step: Scalar) -> Tensor {
    var scalars = tensor.scalars
    scalars[element] += step
    return Tensor(scalars, shape: tensor.shape)
}

/// Checks the gradients of a number in parameters, which it reads anew each time, against central differences.
///
/// - Returns: the gradients.
@discardableResult
public func checkGradients(
    in parameters: [Tensor], sourceLocation: SourceLocation = #_sourceLocation, of loss: () -> Tensor
) -> [Tensor] {
    let computed = gradients(of: loss(), withRespectTo: parameters)
    for (number, (parameter, gradient)) in zip(parameters, computed).enumerated() {
        let differences = parameter.scalars.indices.map { index -> Scalar in
            func moved(_ distance: Scalar) -> Scalar {
                let value = parameter.scalars[index]
                defer { parameter.withMutableScalars { $0[index] = value } }
                parameter.withMutableScalars { $0[index] = value + distance }
                return loss().scalar
            }
            return (moved(step) - moved(-step)) / (2 * step)
        }
        expectClose(
            gradient.scalars, differences, absolute: isDouble ? 1e-6 : 2e-2, relative: isDouble ? 1e-5 : 5e-2,
            "parameter \(number)", sourceLocation: sourceLocation)
    }
    return computed
}
