import Networks
import Tensors
import TestSupport
import Testing

/// The layers of critics and conditional networks.
@Suite struct DiscriminatorLayerTests {
    private func normal(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return .normal(shape, from: &stream)
    }

    private func drawn<Value>(_ make: (inout ParameterSource) -> Value) -> Value {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        return make(&source)
    }

    private func oneHot(_ classes: [Int], of count: Int) -> Tensor {
        Tensor(
            classes.flatMap { chosen in (0..<count).map { $0 == chosen ? 1 : 0 } },
            shape: [classes.count, count])
    }

    private func linear(_ weight: [Scalar], _ shape: Shape) -> Linear {
        let layer = drawn {
            Linear(
                inputFeatures: shape[1], outputFeatures: shape[0], hasBias: false, spectrallyNormalized: true,
                from: &$0)
        }
        layer.weight.value.withMutableScalars { _ = $0.update(from: weight) }
        return layer
    }

    private func vectors(of layer: any Layer) -> [[Scalar]] {
        layer.state.compactMap {
            if case .buffer(let buffer) = $0.value { buffer.value.scalars } else { nil }
        }
    }

    private let moving = ForwardContext(mode: .training, statistics: .moving)

    @Test func spectralNormsFindTheLargestSingularValue() {
        // Singular values 4 and 2, in directions of 45 degrees.
        let layer = linear([3, 1, 1, 3], [2, 2])
        for _ in 0..<20 { _ = layer(normal([1, 2]), moving) }
        let output = layer(Tensor([1, 0, 0, 1], shape: [2, 2]), .inference)
        expectClose(output.scalars, [0.75, 0.25, 0.25, 0.75], absolute: 1e-5, relative: 0)
    }

    @Test func drawnVectorsFitTheirWeightAtOnce() {
        let layer = drawn {
            Linear(inputFeatures: 6, outputFeatures: 4, hasBias: false, spectrallyNormalized: true, from: &$0)
        }
        let before = layer(normal([3, 6]), .inference).scalars
        for _ in 0..<100 { _ = layer(normal([1, 6]), moving) }
        expectClose(layer(normal([3, 6]), .inference).scalars, before, absolute: 0, relative: 0.05)
    }

    @Test func vectorsMoveOnlyWithStatistics() {
        let layer = linear([3, 1, 0, 2, -1, 1], [3, 2])
        let start = vectors(of: layer)
        _ = layer(normal([1, 2]), ForwardContext(mode: .training, statistics: .kept))
        _ = layer(normal([1, 2]), ForwardContext(mode: .inference, statistics: .moving))
        #expect(vectors(of: layer) == start)
        _ = layer(normal([1, 2]), moving)
        #expect(zip(vectors(of: layer), start).allSatisfy { $0 != $1 })
    }

    /// A discriminator sees real images and then generated ones before the gradient goes through either.
    @Test(arguments: [true, false])
    func laterPassesLeaveAGraphAsItWas(movesFirst: Bool) {
        func gradient(secondPass: Bool) -> [Scalar] {
            let layer = linear([3, 1, 0, 2, -1, 1], [3, 2])
            let output = layer(normal([4, 2]), movesFirst ? moving : ForwardContext(mode: .training))
            if secondPass { _ = layer(normal([4, 2]), moving) }
            return gradients(
                of: output, withRespectTo: [layer.weight.value], cotangent: normal([4, 3], seed: 2))[0]
                .scalars
        }
        #expect(gradient(secondPass: true) == gradient(secondPass: false))
    }

    /// A network of its own that takes over parameters alone, as a moving average does.
    @Test func copiedParametersWorkWithoutTheVectors() {
        let layer = linear([3, 1, 1, 3], [2, 2])
        var source = ParameterSource.blank
        let copy = Linear(
            inputFeatures: 2, outputFeatures: 2, hasBias: false, spectrallyNormalized: true, from: &source)
        copy.copyParameters(from: layer)
        for batch in 1...20 {
            _ = copy(normal([1, 2]), ForwardContext(mode: .training, statistics: .averaged(batch: batch)))
        }
        expectClose(
            copy(Tensor([1, 0], shape: [1, 2]), .inference).scalars, [0.75, 0.25], absolute: 1e-5, relative: 0
        )
    }

    @Test func layerNormTreatsImagesAlone() {
        let layer = drawn { LayerNorm(channels: 2, from: &$0) }
        let images = normal([4, 3, 3, 2]) * 3 + 1
        let together = layer(images, moving)
        let alone = layer(images.sliced(axis: 0, 2..<3), .inference)
        #expect(alone.scalars == together.sliced(axis: 0, 2..<3).scalars)
        expectClose(
            together.mean(axes: [1, 2, 3]).scalars, [0, 0, 0, 0] as [Double], absolute: 1e-5, relative: 0)
        expectClose(
            together.squared().mean(axes: [1, 2, 3]).scalars, [1, 1, 1, 1] as [Double], absolute: 1e-4,
            relative: 0)
    }

    @Test func classesHaveTheirScales() {
        let layer = drawn { ConditionalBatchNorm2d(classes: 3, channels: 2, from: &$0) }
        let plain = drawn { BatchNorm2d(channels: 2, from: &$0) }
        let images = normal([3, 4, 4, 2])
        let labels = oneHot([2, 0, 2], of: 3)
        let context = ForwardContext(mode: .training, statistics: .moving, labels: labels)
        let expected = plain(images, moving)
        // Scale 1 and shift 0 at first: as without classes, running statistics too.
        #expect(layer(images, context).scalars == expected.scalars)
        #expect(vectors(of: layer) == vectors(of: plain))
        #expect(layer.numBatchesTracked.value == 1)
        layer.weight.value.withMutableScalars { _ = $0.update(from: [1, 1, 5, 5, 2, 3]) }
        layer.bias.value.withMutableScalars { _ = $0.update(from: [0, 0, 9, 9, 4, 5]) }
        let changed = expected * Tensor([2, 3], shape: [2]) + Tensor([4, 5], shape: [2])
        let output = layer(images, context)
        expectClose(
            output.sliced(axis: 0, 1..<2).scalars, expected.sliced(axis: 0, 1..<2).scalars, absolute: 1e-5)
        for image in [0..<1, 2..<3] {
            expectClose(
                output.sliced(axis: 0, image).scalars, changed.sliced(axis: 0, image).scalars,
                absolute: 1e-5)
        }
    }

    /// Labels reach layers inside a sequence, and a rectifier behind runs in the same sweep.
    @Test func labelsReachLayersInside() {
        let layer = drawn { ConditionalBatchNorm2d(classes: 3, channels: 2, from: &$0) }
        layer.weight.value.withMutableScalars { _ = $0.update(from: [1, 1, 5, 5, 2, 3]) }
        let context = ForwardContext(mode: .training, labels: oneHot([2, 0, 1], of: 3))
        let images = normal([3, 4, 4, 2])
        let output = Sequential([Sequential([layer, LeakyReLU(slope: 0.2)])])(images, context)
        expectClose(
            output.scalars, layer(images, context).leakyReLU(slope: 0.2).scalars, absolute: 1e-6,
            relative: 1e-5)
    }

    @Test func batchesAreSplitIntoEqualGroups() {
        // Images of one pixel: the deviations of a batch's groups are known.
        func added(_ values: [Scalar]) -> [Scalar] {
            let output = MinibatchDeviation()(Tensor(values, shape: [values.count, 1]), .inference)
            #expect(output.shape == [values.count, 2])
            #expect(output.sliced(axis: 1, 0..<1).scalars == values)
            return output.sliced(axis: 1, 1..<2).scalars
        }
        // The root of what is added to the variance, as in the authors' program.
        expectClose(added([5]), [1e-4], absolute: 1e-9)
        expectClose(added([1, 3]), [1, 1], absolute: 1e-6)
        expectClose(added([1, 3, 1, 3]), [1, 1, 1, 1], absolute: 1e-6)
        // Eight in two groups, of every second image; six in two groups of three; seven alone.
        expectClose(
            added([1, 0, 3, 0, 1, 8, 3, 8]), [1, 4, 1, 4, 1, 4, 1, 4], absolute: 1e-4)
        let third = 6.0.squareRoot()
        expectClose(added([0, 1, 3, 1, 6, 1]), [third, 0, third, 0, third, 0], absolute: 2e-4)
        expectClose(added([1, 2, 3, 4, 5, 6, 7]), [Scalar](repeating: 1e-4, count: 7), absolute: 1e-9)
    }

    @Test(arguments: [[4, 2, 1, 2], [6, 3], [8, 1, 1, 2], [5, 2]] as [Shape])
    func deviationsDifferentiate(shape: Shape) {
        checkGradients(at: [normal(shape)]) { MinibatchDeviation()($0[0], .inference) }
    }

    /// The gradient, in every parameter, of a function of the input's gradient: what a gradient penalty asks
    /// of a critic's layers.
    @Test func penaltiesOnTheInputsGradientReachTheParameters() {
        let labels = oneHot([1, 0, 1, 1], of: 2)
        let context = ForwardContext(mode: .training, statistics: .kept, labels: labels)
        let network = drawn { source in
            Sequential([
                Conv2d(
                    inputChannels: 2, outputChannels: 3, kernelSize: 2, spectrallyNormalized: true,
                    from: &source),
                LayerNorm(channels: 3, from: &source), Tanh(),
                ConvTranspose2d(
                    inputChannels: 3, outputChannels: 2, kernelSize: 2, spectrallyNormalized: true,
                    from: &source),
                ConditionalBatchNorm2d(classes: 2, channels: 2, from: &source), Tanh(),
                MinibatchDeviation(), Flatten(),
                Linear(inputFeatures: 27, outputFeatures: 1, spectrallyNormalized: true, from: &source),
            ])
        }
        let images = normal([4, 3, 3, 2])
        let projection = normal([4, 3, 3, 2], seed: 2)
        func penalty() -> Tensor {
            let input = images.variable()
            let scores = network(input, context).tanh().sum()
            let gradient = gradients(of: scores, withRespectTo: [input], createGraph: true)[0]
            return (gradient.squared() * projection).sum()
        }
        let computed = checkGradients(in: network.parameters.map(\.value), of: penalty)
        #expect(computed.contains { $0.scalars.contains { abs($0) > 0.1 } })
    }

    @Test func misuseIsNamed() async {
        let unlabeled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var source = ParameterSource.blank
            let layer = ConditionalBatchNorm2d(classes: 3, channels: 2, from: &source)
            _ = layer(Tensor.zeros([4, 2]), .inference)
        }
        let mislabeled = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            var source = ParameterSource.blank
            let layer = ConditionalBatchNorm2d(classes: 3, channels: 2, from: &source)
            let context = ForwardContext(mode: .training, labels: Tensor.zeros([4, 2]))
            _ = layer(Tensor.zeros([4, 2]), context)
        }
        let group = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = MinibatchDeviation(groupSize: 0)
        }
        expectMessage("ConditionalBatchNorm2d: the context holds no labels", of: unlabeled)
        expectMessage(
            "ConditionalBatchNorm2d: labels [4, 2] do not fit activations [4, 2] and 3 classes",
            of: mislabeled)
        expectMessage("MinibatchDeviation: groups of 0 hold no image", of: group)
    }
}
