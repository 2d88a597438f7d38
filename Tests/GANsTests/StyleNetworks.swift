import GANs
import Testing

/// Fresh networks of a style-based family.
struct StyleNetworks {
    let generator: any StyleGenerator
    let discriminator: any Discriminator

    init(_ family: some StyleModelConfiguration) throws {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        generator = try #require(family.makeGenerator(from: &source) as? any StyleGenerator)
        discriminator = family.makeDiscriminator(from: &source)
    }

    /// Images have the size and channels asked for, with classes and without, and scores one number each.
    static func expectImages(of family: some StyleModelConfiguration) throws {
        var family = family
        for conditioning in [nil, Conditioning(variant: .projection, classes: ["a", "b", "c"])] {
            family.conditioning = conditioning
            try family.validate()
            let networks = try StyleNetworks(family)
            let generator = networks.generator
            let context = ForwardContext(mode: .inference, labels: family.oneHot([2, 0]))
            let images = generator(latents(seeds: [1, 2], latentSize: family.latentSize), context)
            #expect(images.shape == [2, family.size, family.size, family.channels])
            #expect(networks.discriminator(images, context).score.shape == [2])
            #expect(generator.layerCount == family.layerCount)
            #expect(
                generator.layerSizes.count == family.layerCount && generator.layerSizes.last == family.size)
        }
    }
}

extension Module {
    /// `name shape`, one a line, of the whole state.
    var listing: String { state.map { "\($0.name) \($0.shape)" }.joined(separator: "\n") }
}
