import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// A network as architectures are written: parts in properties, one of them used twice.
private final class Example: Module {
    let main: Sequential
    let projection: Linear
    let sharedProjection: Linear
    let blocks: [BatchNorm2d]
    let latentCount = 7

    init(from source: inout ParameterSource) {
        main = Sequential([
            Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 4, hasBias: false, from: &source), ReLU(),
            BatchNorm2d(channels: 3, from: &source),
        ])
        projection = Linear(inputFeatures: 2, outputFeatures: 5, from: &source)
        sharedProjection = projection
        blocks = [BatchNorm2d(channels: 1, from: &source), BatchNorm2d(channels: 2, from: &source)]
    }
}

extension OptimizerConfiguration {
    /// One of each.
    fileprivate static let examples: [OptimizerConfiguration] = [
        .adam(learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-8),
        .rmsProp(learningRate: 0.1, decay: 0.9, epsilon: 1e-8), .sgd(learningRate: 0.1, momentum: 0.9),
    ]
}

@Suite struct ModuleTests {
    private func example(seed: UInt64 = 1) -> Example {
        var source = ParameterSource.drawn(RandomStream(seed: seed, purpose: .initialization))
        return Example(from: &source)
    }

    @Test func stateIsNamedAsPyTorchNamesIt() {
        let state = example().state
        #expect(
            state.map(\.name) == [
                "main.0.weight", "main.2.weight", "main.2.bias", "main.2.running_mean", "main.2.running_var",
                "main.2.num_batches_tracked", "projection.weight", "projection.bias", "blocks.0.weight",
                "blocks.0.bias", "blocks.0.running_mean", "blocks.0.running_var",
                "blocks.0.num_batches_tracked", "blocks.1.weight", "blocks.1.bias", "blocks.1.running_mean",
                "blocks.1.running_var", "blocks.1.num_batches_tracked",
            ])
        #expect(state[0].shape == [3, 2, 4, 4] && state[5].shape == [] && state[6].shape == [5, 2])
    }

    @Test func layersNameTheirState() {
        var source = ParameterSource.blank
        func state(_ layer: any Layer) -> [String] { layer.state.map { "\($0.name) \($0.shape)" } }
        #expect(
            state(ConditionalBatchNorm2d(classes: 10, channels: 3, from: &source)) == [
                "weight [10, 3]", "bias [10, 3]", "running_mean [3]", "running_var [3]",
                "num_batches_tracked []",
            ])
        #expect(state(LayerNorm(channels: 3, from: &source)) == ["weight [3]", "bias [3]"])
        #expect(state(MinibatchDeviation()).isEmpty)
        #expect(
            state(
                Conv2d(
                    inputChannels: 2, outputChannels: 5, kernelSize: 3, spectrallyNormalized: true,
                    from: &source)) == [
                    "weight_orig [5, 2, 3, 3]", "bias [5]", "weight_u [5]", "weight_v [18]",
                ])
        #expect(
            state(
                ConvTranspose2d(
                    inputChannels: 2, outputChannels: 5, kernelSize: 3, hasBias: false,
                    spectrallyNormalized: true, from: &source)) == [
                    "weight_orig [2, 5, 3, 3]", "weight_u [5]", "weight_v [18]",
                ])
        #expect(
            state(
                Sequential([
                    Linear(inputFeatures: 4, outputFeatures: 2, spectrallyNormalized: true, from: &source)
                ])) == ["0.weight_orig [2, 4]", "0.bias [2]", "0.weight_u [2]", "0.weight_v [4]"])
    }

    @Test func parametersAreWhatIsTrained() {
        let network = example()
        #expect(
            network.parameters.map(\.shape) == [[3, 2, 4, 4], [3], [3], [5, 2], [5], [1], [1], [2], [2]])
        #expect(network.parameterCount == 96 + 6 + 15 + 2 + 4)
        #expect(network.parameters.allSatisfy { $0.value.isDifferentiable })
    }

    @Test func copiesHaveTheirOwnMemory() {
        let (network, copy) = (example(seed: 1), example(seed: 2))
        #expect(network.parameters[0].value.scalars != copy.parameters[0].value.scalars)
        copy.copyParameters(from: network)
        for (own, others) in zip(copy.parameters, network.parameters) {
            #expect(own.value.scalars == others.value.scalars)
        }
        copy.parameters[0].value.withMutableScalars { $0[0] = 100 }
        #expect(network.parameters[0].value.scalars[0] != 100)
    }

    @Test func theSameStreamDrawsTheSameNetwork() {
        let (first, second) = (example(seed: 3), example(seed: 3))
        #expect(first.parameters.map(\.value.scalars) == second.parameters.map(\.value.scalars))
        var blank = ParameterSource.blank
        #expect(Example(from: &blank).parameters[0].value.scalars.allSatisfy { $0 == 0 })
    }

    @Test func initializersDrawFromTheirDistributions() {
        func drawn(_ initializer: Initializer) -> (mean: Double, deviation: Double, bound: Double) {
            var stream = RandomStream(seed: 4, purpose: .initialization)
            let values = initializer.tensor([100, 400], fanIn: 400, fanOut: 200, from: &stream).scalars
            let mean = values.reduce(0) { $0 + Double($1) } / 40_000
            let variance = values.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 40_000
            return (mean, variance.squareRoot(), Double(values.map(abs).max() ?? 0))
        }
        let constant = drawn(.constant(0.5))
        #expect(constant.mean == 0.5 && constant.deviation == 0)
        let normal = drawn(.normal(mean: 1, deviation: 0.02))
        #expect(abs(normal.mean - 1) < 0.0005 && abs(normal.deviation - 0.02) < 0.0004)
        // Uniform in ±0.05, and in ±2 * 0.1.
        for (initializer, bound) in [(Initializer.fanInUniform, 0.05), (.xavierUniform(gain: 2), 0.2)] {
            let uniform = drawn(initializer)
            #expect(abs(uniform.mean) < 0.02 * bound)
            #expect(abs(uniform.deviation - bound / 3.0.squareRoot()) < 0.01 * bound)
            #expect(uniform.bound <= bound * 1.000_001 && uniform.bound > 0.99 * bound)
        }
    }

    /// As PyTorch draws them: bounds from a layer's inputs, for the bias as for the weight.
    @Test func layersKnowTheirFans() {
        var source = ParameterSource.drawn(RandomStream(seed: 5, purpose: .initialization))
        func bound(_ parameter: Parameter?) -> Double {
            Double(parameter?.value.scalars.map(abs).max() ?? 0)
        }
        let convolution = Conv2d(inputChannels: 25, outputChannels: 400, kernelSize: 2, from: &source)
        #expect((0.099...0.1000001).contains(bound(convolution.weight)))
        #expect((0.095...0.1000001).contains(bound(convolution.bias)))
        let transposed = ConvTranspose2d(inputChannels: 400, outputChannels: 25, kernelSize: 2, from: &source)
        #expect((0.099...0.1000001).contains(bound(transposed.weight)))
        let linear = Linear(inputFeatures: 100, outputFeatures: 400, from: &source)
        #expect((0.099...0.1000001).contains(bound(linear.weight)))
        #expect((0.095...0.1000001).contains(bound(linear.bias)))
        let plain = Linear(
            inputFeatures: 100, outputFeatures: 4, initializer: .normal(deviation: 0.02), from: &source)
        #expect(bound(plain.bias) == 0 && bound(plain.weight) > 0)
    }

    @Test func movingAveragesHalveInAHalfLife() {
        let (average, network) = (example(seed: 1), example(seed: 2))
        let start = average.parameters[0].value.scalars
        let target = network.parameters[0].value.scalars
        let settings = MovingAverage(halfLifeInImages: 64, rampUpShare: 0.05)
        // Late in training: two steps of half a half-life each.
        for imagesSeen in [100_000, 100_032] {
            settings.update(average, from: network, imagesInStep: 32, imagesSeen: imagesSeen)
        }
        let expected = zip(start, target).map { (Double($0) + Double($1)) / 2 }
        expectClose(average.parameters[0].value.scalars, expected, absolute: 1e-6, relative: 1e-5)
    }

    @Test func movingAveragesForgetTheirStart() {
        let (average, network) = (example(seed: 1), example(seed: 2))
        let target = network.parameters[0].value.scalars
        let settings = MovingAverage(halfLifeInImages: 10_000, rampUpShare: 0.05)
        // The half-life is a twentieth of the 640 images seen: in a step of 320, ten half-lives.
        let start = average.parameters[0].value.scalars
        settings.update(average, from: network, imagesInStep: 320, imagesSeen: 640)
        let kept = pow(0.5, 10.0)
        let expected = zip(start, target).map { Double($0) * kept + Double($1) * (1 - kept) }
        expectClose(average.parameters[0].value.scalars, expected, absolute: 1e-6, relative: 1e-5)
        // Without a ramp, the average is the network at once.
        MovingAverage(halfLifeInImages: 10_000, rampUpShare: 0).update(
            average, from: network, imagesInStep: 1, imagesSeen: 1)
        expectClose(average.parameters[0].value.scalars, target, absolute: 1e-6, relative: 1e-6)
    }

    /// The average that an optimizer moves along is, to the bit, the one that follows in a sweep of its own.
    @Test(arguments: [0, 100.0])
    func optimizersMoveAnAverageAlong(halfLifeInImages: Double) {
        let settings = MovingAverage(halfLifeInImages: halfLifeInImages)
        for configuration in OptimizerConfiguration.examples {
            func network() -> (Linear, average: Linear, any Optimizer) {
                // One parameter that takes several pieces of a sweep, and one that shares its last.
                var source = ParameterSource.drawn(RandomStream(seed: 3, purpose: .initialization))
                let network = Linear(inputFeatures: 71, outputFeatures: 131, from: &source)
                let average = Linear(inputFeatures: 71, outputFeatures: 131, from: &source)
                return (network, average, configuration.makeOptimizer(for: network.parameters))
            }
            let (together, apart) = (network(), network())
            var stream = RandomStream(seed: 4, purpose: .drawing)
            for step in 1...3 {
                let gradients = together.0.parameters.map { Tensor.normal($0.shape, from: &stream) }
                together.2.step(
                    gradients,
                    average: settings.step(together.average.parameters, imagesInStep: 8, imagesSeen: 8 * step)
                )
                apart.2.step(gradients)
                settings.update(apart.average, from: apart.0, imagesInStep: 8, imagesSeen: 8 * step)
            }
            for (one, other) in [(together.0, apart.0), (together.average, apart.average)] {
                #expect(one.parameters.map(\.value.scalars) == other.parameters.map(\.value.scalars))
            }
            if halfLifeInImages == 0 {
                #expect(together.average.weight.value.scalars == together.0.weight.value.scalars)
            }
        }
    }

    @Test func optimizersNameTheirMoments() throws {
        let parameter = Parameter(Tensor([1, 2, 3], shape: [3]))
        let names = [["first_moment", "second_moment"], ["square_average"], ["velocity"]]
        for (configuration, names) in zip(OptimizerConfiguration.examples, names) {
            let optimizer = configuration.makeOptimizer(for: [parameter])
            #expect(optimizer.moments.map(\.name) == names)
            #expect(optimizer.moments.allSatisfy { $0.tensors.map(\.shape) == [[3]] })
            let saved = try JSONEncoder().encode(configuration)
            #expect(try JSONDecoder().decode(OptimizerConfiguration.self, from: saved) == configuration)
        }
    }

    /// A second optimizer that takes over the moments and the count goes on to the bit.
    @Test func optimizersGoOnFromTheirMoments() {
        let gradients = (0..<4).map { step in [Tensor([1, -2, Scalar(step)], shape: [3])] }
        for configuration in OptimizerConfiguration.examples {
            let parameter = Parameter(Tensor([1, 2, 3], shape: [3]))
            let optimizer = configuration.makeOptimizer(for: [parameter])
            for gradient in gradients[..<2] { optimizer.step(gradient) }
            let copy = Parameter(Tensor(parameter.value.scalars, shape: [3]))
            let resumed = configuration.makeOptimizer(for: [copy])
            resumed.stepCount = optimizer.stepCount
            for (target, source) in zip(resumed.moments, optimizer.moments) {
                let scalars = source.tensors[0].scalars
                target.tensors[0].withMutableScalars { _ = $0.update(from: scalars) }
            }
            for gradient in gradients[2...] {
                optimizer.step(gradient)
                resumed.step(gradient)
            }
            #expect(copy.value.scalars == parameter.value.scalars)
        }
    }

    @Test func misuseIsNamed() async {
        let step = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            Adam([Parameter(Tensor.zeros([2]))]).step([Tensor.zeros([3])])
        }
        let copy = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var source = ParameterSource.blank
            let small = Linear(inputFeatures: 1, outputFeatures: 1, from: &source)
            Linear(inputFeatures: 2, outputFeatures: 1, from: &source).copyParameters(from: small)
        }
        expectMessage("step: 1 gradients do not have the shapes of 1 parameters", of: step)
        expectMessage("copyParameters: the modules' architectures differ", of: copy)
    }
}
