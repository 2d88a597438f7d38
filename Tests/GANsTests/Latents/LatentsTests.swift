import Foundation
import GANs
import TestSupport
import Testing

@Suite struct LatentsTests {
    @Test func `a seed's latent does not depend on its neighbors`() {
        let size = 7
        let alone = latents(seeds: [4], latentSize: size).scalars
        let among = latents(seeds: [9, 4, 0, .max], latentSize: size).scalars
        #expect(Array(among[size..<2 * size]) == alone)
        #expect(Array(among[..<size]) != alone)
        #expect(latents(seeds: [], latentSize: size).shape == [0, size])
    }

    @Test func `a seed's image does not depend on its neighbors`() throws {
        try withTemporaryFolder { folder in
            let trained = try TrainedGenerator(path: SmallTraining.checkpoint(in: folder))
            let among = trained.images(seeds: Array(0..<70))
            #expect(Set(among).count == 70)
            for seed in [0, 7, 63, 64, 69] {
                #expect(trained.images(seeds: [UInt64(seed)]) == [among[seed]])
            }
        }
    }

    @Test func `values become the nearest bytes`() {
        let tensor = Tensor([-1, -0.999, 0, 0.5, 1, 7], shape: [1, 2, 3, 1])
        #expect(
            images(tensor) == [
                Image(width: 3, height: 2, channels: 1, pixels: [0, 0, 128, 191, 255, 255])
            ])
    }

    @Test func `an export makes the same images`() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try SmallTraining.checkpoint(in: folder)
            for raw in [false, true] {
                let trained = try TrainedGenerator(path: checkpoint, raw: raw)
                try trained.export(to: folder + "/generator.safetensors")
                let exported = try TrainedGenerator(path: folder + "/generator.safetensors")
                #expect(exported.header.kind == .generator)
                #expect(exported.header.training == SmallTraining.configuration)
                #expect(exported.images(seeds: [0, 1]) == trained.images(seeds: [0, 1]))
            }
            #expect(
                try TrainedGenerator(path: checkpoint).images(seeds: [0])
                    != TrainedGenerator(path: checkpoint, raw: true).images(seeds: [0]))
        }
    }
}
