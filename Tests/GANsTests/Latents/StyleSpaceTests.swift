import Foundation
import GANs
import TestSupport
import Testing

/// The styles of a style-based generator as a space to walk through.
@Suite struct StyleSpaceTests {
    private static func space() throws -> (trained: TrainedGenerator, space: LatentSpace) {
        let trained = try StyleMixingTests.trained()
        return (trained, try #require(LatentSpace(stylesOf: trained)))
    }

    @Test func `styles' images are their latents'`() throws {
        let (trained, space) = try Self.space()
        #expect(space.content == .styles && space.geometry == .flat && space.size == 6)
        #expect(space.defaultInterpolation == .lerp)
        let seeds: [UInt64] = [1, 2, 3]
        let own = LatentSpace(trained)
        expectClose(
            space.tensor(of: space.latents(seeds: seeds)).scalars,
            own.tensor(of: own.latents(seeds: seeds)).scalars.map { Double($0) }, absolute: 1e-4)
    }

    @Test func `the origin is the mean style`() throws {
        let (trained, space) = try Self.space()
        let generator = try #require(trained.generator as? any StyleGenerator)
        let mean = generator.images(
            fromStyles: Array(repeating: generator.meanStyle, count: 6), noise: .constant, .inference)
        expectClose(
            space.tensor(of: .zeros([1, 6])).scalars, mean.scalars.map { Double($0) }, absolute: 1e-5)
        // Of many styles and all numbers.
        let many = space.latents(seeds: (5000..<9000).map { UInt64($0) })
        #expect(abs(many.squared().mean().scalar - 1) < 0.15)
    }

    @Test func `a direction is a standard deviation long`() throws {
        let (_, space) = try Self.space()
        let many = space.latents(seeds: (5000..<9000).map { UInt64($0) })
        let (a, b) = (space.latents(seeds: [1, 2, 3]), space.latents(seeds: [4, 5]))
        let direction = try #require(space.direction(from: a, to: b))
        let length = direction.squared().sum().squareRoot()
        let places = many.matrixProduct(direction / length, transposingOther: true)
        let deviation = (places - places.mean()).squared().mean().squareRoot()
        #expect(abs(deviation.scalar / length.scalar - 1) < 0.1)
    }

    @Test func `a model without styles has no such space`() throws {
        try withTemporaryFolder { folder in
            let trained = try TrainedGenerator(path: SmallTraining.checkpoint(in: folder))
            #expect(LatentSpace(stylesOf: trained) == nil)
        }
    }
}
