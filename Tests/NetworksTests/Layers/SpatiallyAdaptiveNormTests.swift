import Networks
import Tensors
import TestSupport
import Testing

@Suite struct SpatiallyAdaptiveNormTests {
    private func layer(hiddenChannels: Int = 5) -> SpatiallyAdaptiveNorm2d {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        return SpatiallyAdaptiveNorm2d(
            channels: 4, labelChannels: 3, hiddenChannels: hiddenChannels, from: &source)
    }

    private func normal(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return .normal(shape, from: &stream)
    }

    private func parameters(of module: some Module) -> [(name: String, value: Tensor)] {
        module.state.compactMap { entry in
            if case .parameter(let parameter) = entry.value { (entry.name, parameter.value) } else { nil }
        }
    }

    @Test func `output and gradients are PyTorch's, and running statistics serve inference`() throws {
        let golden = try Golden.load("spatially_adaptive_norm2d")
        let layer = layer()
        let parameters = parameters(of: layer)
        for (name, value) in parameters {
            let values = golden.tensor(name).scalars
            value.withMutableScalars { _ = $0.update(from: values) }
        }
        let (input, labels) = (golden.tensor("input").variable(), golden.tensor("labels").variable())
        let output = layer(
            input, labels: labels, ForwardContext(mode: .training, statistics: .moving))
        golden.expect(output, equals: "output")
        let computed = gradients(
            of: output, withRespectTo: [input, labels] + parameters.map(\.value),
            cotangent: golden.tensor("cotangent"))
        for (gradient, name) in zip(computed, ["input", "labels"] + parameters.map(\.name)) {
            golden.expect(gradient, equals: "gradient." + name)
        }
        golden.expect(layer(input, labels: labels, .inference), equals: "inference")
    }

    @Test func `gradients of first and second order are right`() {
        let layer = layer(hiddenChannels: 2)
        // The hidden activations' rectifier is kept away from its kink by a bias.
        let shared = parameters(of: layer).first { $0.name == "mlp_shared.0.bias" }?.value
        shared?.withMutableScalars { _ = $0.update(from: [9, -9]) }
        for mode in [ForwardContext.Mode.training, .inference] {
            checkGradients(at: [normal([2, 2, 3, 4]), normal([2, 2, 3, 3], seed: 2)]) { inputs in
                layer(inputs[0], labels: inputs[1], ForwardContext(mode: mode))
            }
        }
    }

    @Test func `labels decide about each pixel by themselves`() {
        let layer = layer()
        let input = normal([1, 6, 6, 4])
        func output(_ label: Int, at place: Int) -> [Scalar] {
            var map = [Int](repeating: 0, count: 36)
            map[place] = label
            let labels = Tensor.oneHot(map, classes: 3).reshaped([1, 6, 6, 3])
            return layer(input, labels: labels, ForwardContext(mode: .training)).scalars
        }
        let (before, after) = (output(0, at: 0), output(2, at: 0))
        // Two convolutions 3x3 see two pixels away.
        for y in 0..<6 {
            for x in 0..<6 {
                let first = (6 * y + x) * 4
                let isSame = before[first..<first + 4] == after[first..<first + 4]
                #expect(isSame == (x > 2 || y > 2))
            }
        }
    }
}
