import GANs
import Testing

/// Fresh networks of a style-based model.
struct StyleNetworks {
    let generator: any StyleGenerator
    let discriminator: any Discriminator

    init(_ model: some StyleModelConfiguration) throws {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        generator = try #require(model.makeGenerator(from: &source) as? any StyleGenerator)
        discriminator = model.makeDiscriminator(from: &source)
    }

    /// Images have the size and channels asked for, with classes and without, and scores one number each.
    static func expectImages(of model: some StyleModelConfiguration) throws {
        var model = model
        for conditioning in [nil, Conditioning(variant: .projection, classes: ["a", "b", "c"])] {
            model.conditioning = conditioning
            try model.validate()
            let networks = try StyleNetworks(model)
            let generator = networks.generator
            let context = ForwardContext(mode: .inference, labels: model.oneHot([2, 0]))
            let images = generator(latents(seeds: [1, 2], latentSize: model.latentSize), context)
            #expect(images.shape == [2, model.size.height, model.size.width, model.channels])
            #expect(networks.discriminator(images, context).score.shape == [2])
            #expect(generator.layerCount == model.layerCount)
            #expect(
                generator.layerSizes.count == model.layerCount && generator.layerSizes.last == model.size)
        }
    }
}

extension Module {
    /// `name shape`, one a line, of the whole state.
    var listing: String { state.map { "\($0.name) \($0.shape)" }.joined(separator: "\n") }
}
