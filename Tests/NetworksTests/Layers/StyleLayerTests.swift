import Networks
import Tensors
import TestSupport
import Testing

/// The layers of style-based generators.
@Suite struct StyleLayerTests {
    private func normal(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return .normal(shape, from: &stream)
    }

    private func drawn<Value>(_ make: (inout ParameterSource) -> Value) -> Value {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        return make(&source)
    }

    private let context = ForwardContext(mode: .training)

    /// A layer that is given a style, beside PyTorch's.
    private func compare(
        _ name: String, _ layer: any Module, _ run: (_ input: Tensor, _ style: Tensor) -> Tensor
    ) throws {
        let golden = try Golden.load(name)
        for entry in layer.state {
            guard case .parameter(let parameter) = entry.value else { continue }
            let values = golden.tensor(entry.name).scalars
            parameter.value.withMutableScalars { _ = $0.update(from: values) }
        }
        let (input, style) = (golden.tensor("input").variable(), golden.tensor("style").variable())
        let output = run(input, style)
        golden.expect(output, equals: "output")
        let computed = gradients(
            of: output, withRespectTo: [input, style] + layer.parameters.map(\.value),
            cotangent: golden.tensor("cotangent"))
        for (gradient, name) in zip(computed, ["input", "style"] + layer.state.map(\.name)) {
            golden.expect(gradient, equals: "gradient." + name)
        }
    }

    @Test func adaptiveInstanceNormMatchesPyTorch() throws {
        let layer = drawn { AdaptiveInstanceNorm(channels: 3, styleSize: 5, from: &$0) }
        #expect(layer.state.map(\.name) == ["style.weight", "style.bias"])
        try compare("adaptive_instance_norm", layer) { layer($0, style: $1, context) }
    }

    @Test func modulatedConvolutionsMatchPyTorch() throws {
        for (name, layer) in [
            (
                "modulated_conv2d",
                drawn {
                    ModulatedConv2d(
                        inputChannels: 3, outputChannels: 4, kernelSize: 3, styleSize: 5, from: &$0)
                }
            ),
            (
                "modulated_conv2d_doubled",
                drawn {
                    ModulatedConv2d(
                        inputChannels: 2, outputChannels: 3, kernelSize: 3, styleSize: 4,
                        doublesSize: true, from: &$0)
                }
            ),
            (
                "modulated_conv2d_plain",
                drawn {
                    ModulatedConv2d(
                        inputChannels: 4, outputChannels: 3, kernelSize: 1, styleSize: 5,
                        demodulates: false, from: &$0)
                }
            ),
        ] {
            #expect(layer.state.map(\.name) == ["weight", "style.weight", "style.bias"])
            try compare(name, layer) { layer($0, style: $1, context) }
        }
    }

    /// To the second order in everything, the weights included.
    private func checkAll(
        _ layer: any Module, at inputs: [Tensor], _ run: @escaping ([Tensor]) -> Tensor
    ) {
        checkGradients(at: inputs) { run($0).tanh() }
        // A penalty on the gradient in the inputs reaches the weights.
        let inputs = inputs.map { $0.variable() }
        func penalty() -> Tensor {
            let slopes = gradients(of: run(inputs).tanh().sum(), withRespectTo: inputs, createGraph: true)
            return slopes.map { $0.squared().sum() }.reduce(Tensor(0), +)
        }
        checkGradients(in: layer.parameters.map(\.value), of: penalty)
    }

    @Test func styledLayersDifferentiate() {
        let style = normal([2, 3], seed: 2)
        let normalization = drawn {
            AdaptiveInstanceNorm(channels: 2, styleSize: 3, epsilon: 0.1, from: &$0)
        }
        checkAll(normalization, at: [normal([2, 2, 3, 2]), style]) {
            normalization($0[0], style: $0[1], ForwardContext(mode: .training))
        }
        for doubles in [false, true] {
            let convolution = drawn {
                ModulatedConv2d(
                    inputChannels: 2, outputChannels: 2, kernelSize: 3, styleSize: 3, doublesSize: doubles,
                    from: &$0)
            }
            checkAll(convolution, at: [normal([2, 2, 2, 2]), style]) {
                convolution($0[0], style: $0[1], ForwardContext(mode: .training))
            }
        }
    }

    @Test func scalingConvolutionsDifferentiate() {
        let up = drawn { UpsamplingConv2d(inputChannels: 2, outputChannels: 2, from: &$0) }
        checkAll(up, at: [normal([1, 2, 3, 2])]) { up($0[0], ForwardContext(mode: .training)) }
        let down = drawn { DownsamplingConv2d(inputChannels: 2, outputChannels: 2, from: &$0) }
        checkAll(down, at: [normal([1, 4, 2, 2])]) { down($0[0], ForwardContext(mode: .training)) }
        let smooth = drawn {
            SmoothDownsamplingConv2d(
                inputChannels: 2, outputChannels: 2, equalized: EqualizedRate(), from: &$0)
        }
        checkAll(smooth, at: [normal([1, 4, 2, 2])]) { smooth($0[0], ForwardContext(mode: .training)) }
        checkGradients(at: [normal([3, 4])]) { PixelNorm()($0[0], ForwardContext(mode: .training)) }
    }

    /// Beside the two operations they stand for.
    @Test func scalingConvolutionsMatchTheirParts() {
        func used(_ weight: Parameter) -> Tensor { weight.value * (2.0 / 45).squareRoot() }
        let window = ConvolutionWindow(padding: 1)
        let up = drawn { UpsamplingConv2d(inputChannels: 5, outputChannels: 4, from: &$0) }
        let small = normal([3, 8, 8, 5])
        expectClose(
            up(small, context).scalars,
            small.upsampled().convolved(with: used(up.weight), window: window).scalars, absolute: 1e-5)
        let down = drawn { DownsamplingConv2d(inputChannels: 5, outputChannels: 4, from: &$0) }
        let large = normal([3, 16, 16, 5])
        expectClose(
            Sequential([down, LeakyReLU(slope: 0.2)])(large, context).scalars,
            large.convolved(with: used(down.weight), window: window).averagePooled()
                .leakyReLU(slope: 0.2).scalars, absolute: 1e-5)
    }

    @Test func biasesAreGainedWhereWeightsAre() {
        for gainsBias in [false, true] {
            let layer = drawn {
                Linear(
                    inputFeatures: 3, outputFeatures: 2,
                    equalized: EqualizedRate(gain: 4, multiplier: 0.5, gainsBias: gainsBias), from: &$0)
            }
            layer.bias?.value.withMutableScalars { _ = $0.update(from: [1, -2]) }
            #expect(layer(.zeros([1, 3]), context).scalars == (gainsBias ? [2, -4] : [0.5, -1]))
        }
    }

    @Test func noiseMayHaveOneStrengthAndAGain() {
        let layer = NoiseInjection(channels: 2, hasOneStrength: true, gain: 2)
        #expect(layer.state.map { "\($0.name) \($0.shape)" } == ["weight [1]", "bias [2]"])
        layer.weight.value.withMutableScalars { $0[0] = 3 }
        layer.bias.value.withMutableScalars { _ = $0.update(from: [0.5, 0]) }
        let (input, noise) = (normal([2, 3, 3, 2]), normal([1, 3, 3, 1], seed: 2))
        let expected = input + noise * 6 + Tensor([1, 0], shape: [2])
        expectClose(layer(input, noise: noise, context).scalars, expected.scalars, absolute: 1e-5)
    }

    @Test func noiseIsLearnedFromNothing() {
        let layer = NoiseInjection(channels: 2)
        #expect(layer.state.map { "\($0.name) \($0.shape)" } == ["weight [2]", "bias [2]"])
        let (input, noise) = (normal([2, 3, 3, 2]), normal([1, 3, 3, 1], seed: 2))
        #expect(layer(input, noise: noise, context).scalars == input.scalars)
        layer.weight.value.withMutableScalars { _ = $0.update(from: [1, -2]) }
        layer.bias.value.withMutableScalars { _ = $0.update(from: [0.5, 0]) }
        #expect(
            layer(input, noise: nil, context, slope: 0.2).scalars
                == (input + Tensor([0.5, 0], shape: [2])).leakyReLU(slope: 0.2).scalars)
        let expected = input + noise * Tensor([1, -2], shape: [2]) + Tensor([0.5, 0], shape: [2])
        expectClose(layer(input, noise: noise, context).scalars, expected.scalars, absolute: 1e-6)
    }

    /// Slow layers are drawn wide and used small, so that what they make is the same at first.
    @Test func equalizedWeightsAreScaledInUse() {
        for multiplier in [1, 0.01] {
            let layer = drawn {
                Linear(
                    inputFeatures: 200, outputFeatures: 100,
                    equalized: EqualizedRate(gain: 2, multiplier: multiplier), from: &$0)
            }
            func deviation(_ tensor: Tensor) -> Double {
                (Double(tensor.squared().mean().scalar)).squareRoot()
            }
            #expect(abs(deviation(layer.weight.value) * multiplier - 1) < 0.02)
            #expect(layer.bias?.value.scalars.allSatisfy { $0 == 0 } ?? false)
            #expect(abs(deviation(layer(normal([50, 200]), context)) - 2) < 0.1)
        }
    }

    @Test func misuseIsNamed() async {
        let styles = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var source = ParameterSource.blank
            let layer = AdaptiveInstanceNorm(channels: 2, styleSize: 3, from: &source)
            _ = layer(.zeros([2, 4, 4, 2]), style: .zeros([3, 3]), .inference)
        }
        expectMessage("AdaptiveInstanceNorm: styles [3, 3] do not fit images [2, 4, 4, 2]", of: styles)
    }
}
