import Networks
import Tensors
import TestSupport
import Testing

/// Layers and optimizers beside PyTorch's, from the same state.
@Suite struct GoldenTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        var mode = ForwardContext.Mode.training
        let layer: @Sendable (inout ParameterSource) -> any Layer
        var testDescription: String { name }

        init(
            _ name: String, mode: ForwardContext.Mode = .training,
            _ layer: @escaping @Sendable (inout ParameterSource) -> any Layer
        ) {
            self.name = name
            self.mode = mode
            self.layer = layer
        }
    }

    static let cases = [
        Case("conv2d_k4s2p1") {
            Conv2d(
                inputChannels: 3, outputChannels: 5, kernelSize: 4, stride: 2, padding: 1, hasBias: false,
                from: &$0)
        },
        Case("conv2d_k3s1p1_bias") {
            Conv2d(inputChannels: 4, outputChannels: 3, kernelSize: 3, padding: 1, from: &$0)
        },
        Case("conv2d_k5s3p2") {
            Conv2d(
                inputChannels: 2, outputChannels: 4, kernelSize: 5, stride: 3, padding: 2, hasBias: false,
                from: &$0)
        },
        Case("conv2d_k3s2p0") {
            Conv2d(inputChannels: 3, outputChannels: 2, kernelSize: 3, stride: 2, hasBias: false, from: &$0)
        },
        Case("conv_transpose2d_k4s2p1") {
            ConvTranspose2d(
                inputChannels: 5, outputChannels: 3, kernelSize: 4, stride: 2, padding: 1, hasBias: false,
                from: &$0)
        },
        Case("conv_transpose2d_k4s1p0") {
            ConvTranspose2d(inputChannels: 6, outputChannels: 4, kernelSize: 4, hasBias: false, from: &$0)
        },
        Case("conv_transpose2d_k3s2p1_op1_bias") {
            ConvTranspose2d(
                inputChannels: 3, outputChannels: 2, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1,
                from: &$0)
        },
        Case("conv_transpose2d_k5s3p1") {
            ConvTranspose2d(
                inputChannels: 2, outputChannels: 3, kernelSize: 5, stride: 3, padding: 1, hasBias: false,
                from: &$0)
        },
        Case("batch_norm2d_training") { BatchNorm2d(channels: 5, from: &$0) },
        Case("batch_norm2d_inference", mode: .inference) { BatchNorm2d(channels: 5, from: &$0) },
        Case("conditional_batch_norm2d_training") {
            ConditionalBatchNorm2d(classes: 4, channels: 3, from: &$0)
        },
        Case("conditional_batch_norm2d_inference", mode: .inference) {
            ConditionalBatchNorm2d(classes: 4, channels: 3, from: &$0)
        },
        Case("layer_norm") { LayerNorm(channels: 5, from: &$0) },
        Case("layer_norm_features") { LayerNorm(channels: 7, from: &$0) },
        Case("minibatch_deviation") { _ in MinibatchDeviation() },
        Case("minibatch_deviation_of_3") { _ in MinibatchDeviation() },
        Case("upsample_nearest") { _ in Upsample() },
        Case("upsample_bilinear") { _ in Upsample(.bilinear) },
        Case("average_pool") { _ in AveragePool() },
        Case("max_pool") { _ in MaxPool() },
        Case("blur") { _ in Blur() },
        Case("pixel_norm") { _ in PixelNorm() },
        Case("equalized_linear") {
            Linear(
                inputFeatures: 6, outputFeatures: 4, equalized: EqualizedRate(gain: 1, multiplier: 0.25),
                from: &$0)
        },
        Case("equalized_conv2d") {
            Conv2d(
                inputChannels: 3, outputChannels: 4, kernelSize: 3, padding: 1, equalized: EqualizedRate(),
                from: &$0)
        },
        Case("upsampling_conv2d") { UpsamplingConv2d(inputChannels: 3, outputChannels: 2, from: &$0) },
        Case("downsampling_conv2d") { DownsamplingConv2d(inputChannels: 2, outputChannels: 3, from: &$0) },
        Case("linear") { Linear(inputFeatures: 7, outputFeatures: 4, from: &$0) },
        Case("flatten_linear") {
            Sequential([Flatten(), Linear(inputFeatures: 60, outputFeatures: 6, from: &$0)])
        },
        Case("instance_norm2d") { InstanceNorm2d(channels: 5, from: &$0) },
        Case("instance_norm2d_affine") { InstanceNorm2d(channels: 3, hasScale: true, from: &$0) },
        Case("reflection_pad2d") { _ in ReflectionPad2d(3) },
        Case("pixel_shuffle") { _ in PixelShuffle(factor: 2) },
        Case("prelu") { PReLU(from: &$0) },
        Case("prelu_channels") { PReLU(channels: 3, from: &$0) },
        Case("relu") { _ in ReLU() },
        Case("leaky_relu") { _ in LeakyReLU(slope: 0.2) },
        Case("tanh") { _ in Tanh() },
        Case("sigmoid") { _ in Sigmoid() },
        Case("softplus") { _ in Softplus() },
    ]

    @Test(arguments: cases)
    func layersMatchPyTorch(example: Case) throws {
        let golden = try Golden.load(example.name)
        var source = ParameterSource.blank
        let layer = example.layer(&source)
        // A sequence's parts are named `1.weight` and so on; the golden names the last word only.
        func word(_ entry: StateEntry) -> String {
            entry.name.split(separator: ".").last.map(String.init) ?? ""
        }
        for entry in layer.state {
            switch entry.value {
            case .parameter(let parameter): overwrite(parameter.value, golden.tensor(word(entry)))
            case .buffer(let buffer): overwrite(buffer.value, golden.tensor(word(entry)))
            case .counter: break
            }
        }
        let input = golden.tensor("input").variable()
        let labels = golden.names.contains("labels") ? golden.tensor("labels") : nil
        let output = layer(input, ForwardContext(mode: example.mode, statistics: .moving, labels: labels))
        golden.expect(output, equals: "output")
        let computed = gradients(
            of: output, withRespectTo: [input] + layer.parameters.map(\.value),
            cotangent: golden.tensor("cotangent"))
        golden.expect(computed[0], equals: "gradient.input")
        let parameters = layer.state.filter { if case .parameter = $0.value { true } else { false } }
        let expected = golden.names.filter { $0.hasPrefix("gradient.") && $0 != "gradient.input" }
        #expect(Set(parameters.map { "gradient." + word($0) }) == Set(expected))
        for (gradient, entry) in zip(computed.dropFirst(), parameters) {
            golden.expect(gradient, equals: "gradient." + word(entry))
        }
        for entry in layer.state {
            guard case .buffer(let buffer) = entry.value else { continue }
            golden.expect(buffer.value, equals: word(entry) + (example.mode == .training ? ".after" : ""))
        }
    }

    static let spectralCases = [
        Case("spectral_conv2d") {
            Conv2d(
                inputChannels: 2, outputChannels: 4, kernelSize: 3, padding: 1, spectrallyNormalized: true,
                from: &$0)
        },
        Case("spectral_conv_transpose2d") {
            ConvTranspose2d(
                inputChannels: 3, outputChannels: 2, kernelSize: 4, stride: 2, padding: 1, hasBias: false,
                spectrallyNormalized: true, from: &$0)
        },
        Case("spectral_linear") {
            Linear(inputFeatures: 5, outputFeatures: 3, spectrallyNormalized: true, from: &$0)
        },
    ]

    /// Three training passes, with steps against the weight's gradient between them, then one in inference.
    @Test(arguments: spectralCases)
    func spectralNormsMatchPyTorch(example: Case) throws {
        let golden = try Golden.load(example.name)
        var source = ParameterSource.blank
        let layer = example.layer(&source)
        let state = layer.state.map { entry -> (name: String, value: Tensor, isParameter: Bool) in
            switch entry.value {
            case .parameter(let parameter): (entry.name, parameter.value, true)
            case .buffer(let buffer): (entry.name, buffer.value, false)
            case .counter: fatalError("a counter \(entry.name)")
            }
        }
        let parameters = state.filter(\.isParameter)
        #expect(Set(state.map(\.name)) == Set(golden.names.filter { !$0.contains(".") }))
        for (name, value, _) in state { overwrite(value, golden.tensor(name)) }
        for (pass, mode) in [ForwardContext.Mode.training, .training, .training, .inference].enumerated() {
            let input = golden.tensor("input.\(pass)").variable()
            let output = layer(input, ForwardContext(mode: mode, statistics: .moving))
            golden.expect(output, equals: "output.\(pass)")
            let computed = gradients(
                of: output, withRespectTo: [input] + parameters.map(\.value),
                cotangent: golden.tensor("cotangent.\(pass)"))
            golden.expect(computed[0], equals: "gradient.input.\(pass)")
            for (gradient, parameter) in zip(computed.dropFirst(), parameters) {
                golden.expect(gradient, equals: "gradient.\(parameter.name).\(pass)")
                if parameter.name == "weight_orig" {
                    overwrite(parameter.value, parameter.value.detached - gradient * 0.1)
                }
            }
            for (name, value, isParameter) in state where !isParameter {
                golden.expect(value, equals: "\(name).\(pass)")
            }
        }
    }

    private func overwrite(_ tensor: Tensor, _ source: Tensor) {
        #expect(tensor.shape == source.shape)
        tensor.withMutableScalars { target in source.withScalars { _ = target.update(from: $0) } }
    }

    @Test(
        arguments: [
            ("adam", .adam(learningRate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)),
            ("rmsprop", .rmsProp(learningRate: 5e-5, decay: 0.99, epsilon: 1e-8)),
            ("sgd", .sgd(learningRate: 0.1, momentum: 0.9)),
        ] as [(String, OptimizerConfiguration)])
    func optimizersMatchPyTorch(name: String, configuration: OptimizerConfiguration) throws {
        let golden = try Golden.load("optimizers")
        let gradients = golden["gradients"]
        let (steps, count) = (gradients.shape[0], gradients.shape[1])
        let initial = golden.tensor("initial")
        let parameter = Parameter(Tensor(initial.scalars, shape: initial.shape))
        let optimizer = configuration.makeOptimizer(for: [parameter])
        for step in 0..<steps {
            let row = step * count..<(step + 1) * count
            optimizer.step([Tensor(gradients.values[row].map { Scalar($0) }, shape: [count])])
            // Adam steps by about 2e-4 here: half a percent of a step would be found.
            expectClose(
                parameter.value.scalars, Array(golden[name].values[row]), absolute: 1e-6, relative: 1e-6,
                "\(name) after step \(step + 1)")
        }
        #expect(optimizer.stepCount == steps)
    }
}
