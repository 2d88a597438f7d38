import Foundation
import GANs
import Images
import Networks
import Tensors
import TestSupport
import Testing

@Suite struct LatentProjectionTests {
    private static var settings: LatentProjection.Settings {
        var settings = LatentProjection.Settings()
        (settings.steps, settings.candidates, settings.starts) = (150, 32, 2)
        return settings
    }

    @Test func `latents are found from their images`() {
        let space = plainSpace()
        let latents = space.latents(seeds: [1000, 1001, 1002])
        let images = space.tensor(of: latents)
        var steps: [Int] = []
        let matches = LatentProjection(in: space, Self.settings).match(images) { step, _ in
            steps.append(step)
        }
        #expect(matches.count == 3 && steps == Array(1...150))
        for (index, match) in matches.enumerated() {
            #expect(match.pixelLoss < 1e-3 && match.featureLoss == nil)
            let wanted = latents.sliced(axis: 0, index..<index + 1).scalars.map { Double($0) }
            expectClose(match.latent.scalars, wanted, absolute: 0.5, relative: 0)
        }
    }

    @Test func `a search that goes on part by part finds the same`() {
        let space = plainSpace()
        let image = space.tensor(of: space.latents(seeds: [1000]))
        let projection = LatentProjection(in: space, Self.settings)
        let search = LatentSearch(for: image, projection)
        #expect(search.partCount == 2 + 150)
        var losses: [Double?] = []
        while !search.isDone { losses.append(search.advance()) }
        #expect(losses.count == search.partCount && losses.prefix(2).allSatisfy { $0 == nil })
        #expect(search.step == 150 && search.advance() == nil)
        let (found, wanted) = (search.matches[0], projection.match(image)[0])
        #expect(found.latent.scalars == wanted.latent.scalars && found.pixelLoss == wanted.pixelLoss)
    }

    @Test func `latents stay within the prior`() {
        // An image that only latents far out come near to.
        let image = Tensor(repeating: 0.95, shape: [1, 4, 4, 1])
        func meanSquare(_ weight: Double) -> Double {
            var settings = Self.settings
            settings.priorWeight = weight
            let match = LatentProjection(in: plainSpace(), settings).match(image)[0]
            return Double(match.latent.squared().mean().scalar)
        }
        #expect(meanSquare(0) > 10)
        #expect(meanSquare(0.1) < 0.5 * meanSquare(0))
    }

    @Test func `features count beside pixels`() {
        // The features are all that is seen: the first row.
        let space = plainSpace()
        let image = space.tensor(of: space.latents(seeds: [1000]))
        var settings = Self.settings
        settings.featureWeight = 1000
        let match = LatentProjection(
            in: space, features: { $0.sliced(axis: 1, 0..<1) }, settings
        ).match(image)[0]
        #expect((match.featureLoss ?? 1) < 1e-3)
        let made = space.tensor(of: match.latent).scalars.prefix(4).map { Double($0) }
        expectClose(Array(made), image.scalars.prefix(4).map { Double($0) }, absolute: 0.02)
    }

    @Test(arguments: [
        DiscriminatorOptions(), DiscriminatorOptions(minibatchDeviation: true),
        DiscriminatorOptions(pack: 2),
    ])
    func `a discriminator sees each image by itself`(_ options: DiscriminatorOptions) throws {
        let model = DCGAN(size: 16, channels: 3, latentSize: 8, width: 4, discriminator: options)
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let discriminator = model.makeDiscriminator(from: &source)
        var stream = RandomStream(seed: 2, purpose: .drawing)
        let images = Tensor.normal([3, 16, 16, 3], from: &stream)
        func features(_ rows: Range<Int>) throws -> Tensor {
            try #require(discriminator.features(of: images.sliced(axis: 0, rows), .inference))
        }
        let (all, alone) = (try features(0..<3), try features(1..<2))
        #expect(all.shape == [3, 4, 4, 8])
        expectClose(
            all.sliced(axis: 0, 1..<2).scalars, alone.scalars.map { Double($0) }, absolute: 1e-5)
        #expect(try features(0..<1).scalars != alone.scalars)
    }

    @Test func `a run has a discriminator, an exported generator none`() throws {
        try withTemporaryFolder { folder in
            let path = try SmallTraining.checkpoint(in: folder)
            let features = try #require(try TrainedDiscriminator(path: path)?.features())
            #expect(features(.zeros([2, 16, 16, 3])).shape == [2, 4, 4, 8])
            try TrainedGenerator(path: path).export(to: folder + "/g.safetensors")
            #expect(try TrainedDiscriminator(path: folder + "/g.safetensors") == nil)
        }
    }
}
