import GANs
import Testing

/// Parameters are counted by networks that have names and shapes alone.
@Suite struct ParameterCountTests {
    private static let labels = LabelSet(names: ["sky", "ground"])

    /// Every model of the registry, small.
    private static let models: [any ModelConfiguration] = [
        DCGAN(size: 16, latentSize: 8, width: 4),
        DCGAN(
            size: 32, latentSize: 8, width: 2,
            conditioning: Conditioning(variant: .acgan, classes: ["a", "b"]),
            discriminator: DiscriminatorOptions(
                normalization: .layer, spectral: true, minibatchDeviation: true, pack: 2)),
        StyleGAN(size: 16, latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8),
        StyleGAN2(size: 16, latentSize: 6, channelBase: 64, channelMaximum: 8),
        FastGAN(size: 64, latentSize: 6, width: 2),
        FastGAN(size: 512, channels: 1, latentSize: 6, width: 4),
        Pix2Pix(size: 64, inputChannels: 1, width: 3),
        Pix2Pix(size: 256, width: 2, patchLayers: 0),
        CycleGAN(size: 32, inputChannels: 4, width: 3, blocks: 2, patchLayers: 2),
        SPADE(size: 16, labels: labels, width: 2, patchLayers: 1),
        Pix2Pix(size: 32, width: 2, style: StyleEncoding(size: 6, divergenceWeight: 0.01)),
        SPADE(
            size: 32, labels: labels, outputChannels: 1, width: 2,
            style: StyleEncoding(size: 6, divergenceWeight: 0.05)),
        SRResNet(size: 32, channels: 3, scale: 4, width: 3, blocks: 2),
        SRGAN(size: 32, channels: 1, scale: 2, width: 2, blocks: 1),
        RRDB(size: 32, channels: 3, scale: 4, width: 3, blocks: 2),
        ESRGAN(size: 32, channels: 1, scale: 2, width: 2, blocks: 1),
        PointGAN(),
    ]

    @Test func `every model is counted here`() {
        #expect(Set(Self.models.map(\.name)) == Set(ModelRegistry.all.map { $0.name }))
    }

    @Test(arguments: models)
    func `the count is that of the networks, and takes no memory`(model: any ModelConfiguration) throws {
        var drawn = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        #expect(model.makeModel(from: &drawn).parameterCount == model.parameterCount)

        var counting = ParameterSource.counting
        let parameters = model.makeModel(from: &counting).networks.flatMap(\.network.parameters)
        #expect(parameters.map(\.shape.count).reduce(0, +) == model.parameterCount)
        // But for scales and shifts of a number a channel.
        #expect(parameters.allSatisfy { !$0.value.isAllocated || $0.shape.count <= 64 })
    }
}
