import Foundation
import GANs
import TestSupport
import Testing

@testable import Studio

@Suite struct LatentNumbersTests {
    @Compute
    private func space(_ name: String) throws -> LatentSpace {
        LatentPlayground(
            try TrainedGenerator(path: "\(SmallGenerators.folder)/\(name).safetensors"), label: nil
        ).space
    }

    @Compute
    @Test(arguments: ["styles-64", "avatars-64"]) func `files are read as they are written`(name: String)
        throws
    {
        let space = try space(name)
        let latents = space.latents(seeds: [5])
        let read = try space.latents(inFile: space.npyFile(of: latents))
        #expect(read == [LatentNumbers(latents)])
        #expect(try read[0].tensor(in: space).scalars == latents.scalars)
    }

    @Compute
    @Test func `files of another kind are refused in a line that does not tell where they lay`() throws {
        let (styles, latents) = (try space("styles-64"), try space("avatars-64"))
        let file = try latents.npyFile(of: latents.latents(seeds: [5]))
        for data in [Data(), Data("no array".utf8), file, file.prefix(file.count - 4)] {
            #expect {
                try styles.latents(inFile: data)
            } throws: { error in
                !"\(error)".contains(".npy ") && !"\(error)".contains("/tmp")
                    && "\(error)".contains("the file")
            }
        }
        let numbers = LatentNumbers(latents.latents(seeds: [5]).sliced(axis: 1, 0..<3))
        #expect(throws: StudioError.self) { try numbers.tensor(in: latents) }
    }

    @Compute
    @Test func `a saved direction moves an image as its examples do`() throws {
        let playground = LatentPlayground(try TrainedGenerator(path: SmallGenerators.styles), label: nil)
        let examples = LatentPoint.Attribute(with: [.seed(9)], without: [.seed(0)], amount: 2)
        let direction = LatentNumbers(try playground.direction(of: examples))
        let saved = LatentPoint.Attribute(direction: direction, amount: 2)
        let images = try [examples, saved].map {
            try playground.images(of: [.moved(.seed(1), by: [$0])], SynthesisSettings())[0]
        }
        #expect(images[0] == images[1])
    }

    @Compute
    @Test func `truncation acts on as many layers as are chosen`() throws {
        let trained = try TrainedGenerator(path: SmallGenerators.styles)
        let playground = LatentPlayground(trained, label: nil)
        for cutoff in [0, 3, playground.layerCount] {
            let made = try playground.images(
                of: [.seed(1)], SynthesisSettings(truncation: 0.5, cutoff: cutoff))[0]
            let styled = try #require(
                StyledImages(trained, settings: StyleSettings(truncation: 0.5, truncatedLayers: cutoff)))
            let latents = GANs.latents(seeds: [1], latentSize: trained.configuration.latentSize)
            #expect(made.rootMeanSquareDifference(from: styled.images(latents: latents, seeds: [1])[0]) < 1)
        }
    }
}
