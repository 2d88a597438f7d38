import Networks
import Tensors
import TestSupport
import Testing

@Suite struct LayerTests {
    private func normal(_ shape: Shape, seed: UInt64 = 1) -> Tensor {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        return .normal(shape, from: &stream)
    }

    private func normalization(momentum: Scalar = 0.1) -> BatchNorm2d {
        var source = ParameterSource.blank
        let layer = BatchNorm2d(channels: 2, momentum: momentum, from: &source)
        layer.weight.value.withMutableScalars { $0.update(repeating: 1) }
        return layer
    }

    @Test func `kernels need not be square`() {
        var source = ParameterSource.drawn(RandomStream(seed: 3, purpose: .initialization))
        let down = Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 6, kernelWidth: 4, from: &source)
        let up = ConvTranspose2d(
            inputChannels: 3, outputChannels: 2, kernelSize: 6, kernelWidth: 4, from: &source)
        #expect(down.weight.shape == [3, 2, 6, 4] && up.weight.shape == [3, 2, 6, 4])
        let images = normal([2, 6, 4, 2])
        let score = down(images, .inference)
        #expect(score.shape == [2, 1, 1, 3] && up(score, .inference).shape == [2, 6, 4, 2])
        // Kernels as large as the images are matrix products.
        let pixels = images.transposed([0, 3, 1, 2]).reshaped([2, 48])
        let weights = down.weight.value.reshaped([3, 48]).transposed([1, 0])
        let bias = down.bias?.value ?? .zeros([3])
        expectClose(
            score.scalars, (pixels.matrixProduct(weights) + bias).scalars.map { Double($0) }, absolute: 1e-5)
    }

    @Test func statisticsMoveOnlyWhenAsked() {
        let layer = normalization()
        let images = normal([4, 3, 3, 2])
        _ = layer(images, ForwardContext(mode: .training, statistics: .kept))
        _ = layer(images, .inference)
        #expect(layer.runningMean.value.scalars == [0, 0] && layer.runningVar.value.scalars == [1, 1])
        #expect(layer.numBatchesTracked.value == 0)
        _ = layer(images, ForwardContext(mode: .training, statistics: .moving))
        _ = layer(images, ForwardContext(mode: .training, statistics: .moving))
        #expect(layer.numBatchesTracked.value == 2)
        let mean = images.mean(axes: [0, 1, 2])
        expectClose(
            layer.runningMean.value.scalars, mean.scalars.map { 0.19 * Double($0) }, absolute: 1e-6,
            relative: 1e-5)
        let variance = (images - mean).squared().sum(axes: [0, 1, 2]) / 35
        expectClose(
            layer.runningVar.value.scalars, variance.scalars.map { 0.81 + 0.19 * Double($0) }, absolute: 1e-6,
            relative: 1e-5)
    }

    @Test func averagedStatisticsAreTheMeanOverBatches() {
        let layer = normalization()
        layer.runningMean.value.withMutableScalars { $0.update(repeating: 100) }
        let batches = (1...3).map { normal([4, 3, 3, 2], seed: $0) }
        for (index, batch) in batches.enumerated() {
            _ = layer(batch, ForwardContext(mode: .training, statistics: .averaged(batch: index + 1)))
        }
        let means = batches.map { $0.mean(axes: [0, 1, 2]) }
        let expected = (means[0] + means[1] + means[2]) / 3
        expectClose(
            layer.runningMean.value.scalars, expected.scalars, absolute: 1e-5, relative: 1e-5)
        #expect(layer.numBatchesTracked.value == 3)
    }

    /// Inference passes normalize by constants; training passes by what depends on every image.
    @Test func inferenceTreatsImagesAlone() {
        let layer = normalization()
        let images = normal([4, 3, 3, 2])
        let alone = Tensor(Array(images.scalars.prefix(18)), shape: [1, 3, 3, 2])
        let together = layer(images, .inference)
        #expect(layer(alone, .inference).scalars == Array(together.scalars.prefix(18)))
        let training = ForwardContext(mode: .training)
        #expect(layer(alone, training).scalars != Array(layer(images, training).scalars.prefix(18)))
    }

    @Test func parametersAreDetachedOnDemand() {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let layer = Sequential([
            Conv2d(inputChannels: 2, outputChannels: 3, kernelSize: 3, from: &source),
            BatchNorm2d(channels: 3, from: &source), LeakyReLU(slope: 0.2), Flatten(),
            Linear(inputFeatures: 3, outputFeatures: 1, from: &source),
        ])
        let images = normal([4, 3, 3, 2])
        #expect(layer(images, ForwardContext(mode: .training)).isDifferentiable)
        let fixed = ForwardContext(mode: .training, differentiatesParameters: false)
        #expect(!layer(images, fixed).isDifferentiable)
        #expect(!layer(images, .inference).isDifferentiable)
        // The input's gradient flows all the same, and is the same.
        func gradient(_ context: ForwardContext) -> [Scalar] {
            let input = images.variable()
            return gradients(of: layer(input, context).sum(), withRespectTo: [input])[0].scalars
        }
        #expect(gradient(fixed) == gradient(ForwardContext(mode: .training)))
    }

    @Test func dropoutDropsAShareAndScalesTheRest() {
        let layer = Dropout(probability: 0.3)
        let input = Tensor(repeating: 7, shape: [100, 100]).variable()
        let context = ForwardContext(mode: .training, random: RandomStream(seed: 1, purpose: .dropout))
        let output = layer(input, context)
        let dropped = output.scalars.count { $0 == 0 }
        #expect(abs(dropped - 3000) < 230)
        #expect(output.scalars.allSatisfy { $0 == 0 || abs($0 - 10) < 1e-5 })
        // The gradient goes where the activation went.
        let gradient = gradients(of: output.sum(), withRespectTo: [input])[0]
        #expect(zip(gradient.scalars, output.scalars).allSatisfy { abs($0 * 7 - $1) < 1e-5 })
        // Another pass drops others; the same stream drops the same.
        #expect(layer(input, context).scalars != output.scalars)
        let again = ForwardContext(mode: .training, random: RandomStream(seed: 1, purpose: .dropout))
        #expect(layer(input, again).scalars == output.scalars)
        #expect(layer(input, .inference).scalars == input.scalars)
    }

    @Test func reshapeUndoesFlatten() {
        let images = normal([2, 3, 5, 4])
        let rows = Flatten()(images, .inference)
        #expect(rows.shape == [2, 60])
        // Channel by channel: the first row of features is the first image's first channel.
        let firstChannel = stride(from: 0, to: 60, by: 4).map { images.scalars[$0] }
        #expect(Array(rows.scalars.prefix(15)) == firstChannel)
        let back = Reshape(height: 3, width: 5, channels: 4)(rows, .inference)
        #expect(back.shape == images.shape && back.scalars == images.scalars)
    }

    @Test func misuseIsNamed() async {
        let rank = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Flatten()(Tensor.zeros([2, 3]), .inference)
        }
        let probability = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            _ = Dropout(probability: 1)
        }
        expectMessage("Flatten: activations [2, 3] are not [n, h, w, c]", of: rank)
        expectMessage("Dropout: probability 1.0 is not in 0..<1", of: probability)
    }
}
