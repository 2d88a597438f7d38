import Tensors
import TestSupport
import Testing

/// The operations beside PyTorch's: outputs and every gradient.
@Suite struct GoldenTests {
    /// Compares `function` of an input and its parameters, and all gradients.
    private func check(
        _ golden: Golden, parameters names: [String], of function: (Tensor, [Tensor]) -> Tensor
    ) {
        let input = golden.tensor("input").variable()
        let parameters = names.map { golden.tensor($0).variable() }
        let output = function(input, parameters)
        golden.expect(output, equals: "output")
        let computed = gradients(
            of: output, withRespectTo: [input] + parameters, cotangent: golden.tensor("cotangent"))
        for (gradient, name) in zip(computed, ["input"] + names) {
            golden.expect(gradient, equals: "gradient.\(name)")
        }
    }

    struct Convolution: Sendable, CustomTestStringConvertible {
        let name: String
        let window: ConvolutionWindow
        var outputPadding = 0
        var hasBias = false
        var testDescription: String { name }
        var parameters: [String] { hasBias ? ["weight", "bias"] : ["weight"] }
    }

    @Test(arguments: [
        Convolution(name: "conv2d_k4s2p1", window: .init(stride: 2, padding: 1)),
        Convolution(name: "conv2d_k3s1p1_bias", window: .init(padding: 1), hasBias: true),
        Convolution(name: "conv2d_k5s3p2", window: .init(stride: 3, padding: 2)),
        Convolution(name: "conv2d_k3s2p0", window: .init(stride: 2)),
    ]) func convolved(problem: Convolution) throws {
        check(try Golden.load(problem.name), parameters: problem.parameters) { input, parameters in
            let output = input.convolved(with: parameters[0], window: problem.window)
            return problem.hasBias ? output + parameters[1] : output
        }
    }

    @Test(arguments: [
        Convolution(name: "conv_transpose2d_k4s2p1", window: .init(stride: 2, padding: 1)),
        Convolution(name: "conv_transpose2d_k4s1p0", window: .init()),
        Convolution(
            name: "conv_transpose2d_k3s2p1_op1_bias", window: .init(stride: 2, padding: 1), outputPadding: 1,
            hasBias: true),
        Convolution(name: "conv_transpose2d_k5s3p1", window: .init(stride: 3, padding: 1)),
    ]) func transposeConvolved(problem: Convolution) throws {
        check(try Golden.load(problem.name), parameters: problem.parameters) { input, parameters in
            let output = input.transposeConvolved(
                with: parameters[0], window: problem.window, outputPadding: problem.outputPadding)
            return problem.hasBias ? output + parameters[1] : output
        }
    }

    @Test func batchNormalized() throws {
        check(try Golden.load("batch_norm2d_training"), parameters: ["weight", "bias"]) { input, parameters in
            input.batchNormalized(scale: parameters[0], shift: parameters[1], epsilon: 1e-5).output
        }
    }

    @Test(arguments: [("resampled_zeros", PlaneTransform.Border.zeros), ("resampled_mirrored", .mirrored)])
    func resampled(name: String, border: PlaneTransform.Border) throws {
        let golden = try Golden.load(name)
        let motions = golden["motions"].values
        let transforms = stride(from: 0, to: motions.count, by: 5).map { (first: Int) -> PlaneTransform in
            PlaneTransform.rotation(motions[first])
                .then(.scaling(x: motions[first + 1], y: motions[first + 2]))
                .then(.translation(x: motions[first + 3], y: motions[first + 4]))
        }
        check(golden, parameters: []) { input, _ in input.resampled(by: transforms, border: border) }
    }

    @Test func matrixProduct() throws {
        check(try Golden.load("linear"), parameters: ["weight", "bias"]) { input, parameters in
            input.matrixProduct(parameters[0], transposingOther: true) + parameters[1]
        }
    }

    static let activations: [(String, @Sendable (Tensor) -> Tensor)] = [
        ("relu", { $0.relu() }), ("leaky_relu", { $0.leakyReLU(slope: 0.2) }), ("tanh", { $0.tanh() }),
        ("sigmoid", { $0.sigmoid() }), ("softplus", { $0.softplus() }),
    ]

    @Test(arguments: activations.indices)
    func activation(index: Int) throws {
        let (name, function) = Self.activations[index]
        check(try Golden.load(name), parameters: []) { input, _ in function(input) }
    }

    /// `log(1 + e^-x)` for real images, `log(1 + e^x)` for generated ones, logits of 60 among them.
    @Test func binaryCrossEntropyOnLogits() throws {
        let golden = try Golden.load("bce_with_logits")
        for (name, sign) in [("real", -1), ("generated", 1)] as [(String, Scalar)] {
            let logits = golden.tensor("logits").variable()
            let loss = (logits * sign).softplus().mean()
            golden.expect(loss, equals: "loss.\(name)")
            golden.expect(gradients(of: loss, withRespectTo: [logits])[0], equals: "gradient.\(name)")
        }
    }

    @Test func crossEntropyOfClasses() throws {
        let golden = try Golden.load("cross_entropy")
        let logits = golden.tensor("logits").variable()
        let labels = Tensor.oneHot(golden["labels"].values.map { Int($0) }, classes: logits.shape[1])
        let loss = logits.crossEntropy(labels: labels)
        golden.expect(loss, equals: "loss")
        golden.expect(gradients(of: loss, withRespectTo: [logits])[0], equals: "gradient")
    }
}
