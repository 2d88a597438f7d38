import Checkpoints
import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct SuperResolutionTests {
    static let models: [any SuperResolutionConfiguration] = [
        SRResNet(size: 32, channels: 3, scale: 4, width: 3, blocks: 2),
        SRGAN(size: 32, channels: 1, scale: 2, width: 2, blocks: 1),
        RRDB(size: 32, channels: 3, scale: 4, width: 3, blocks: 1),
        ESRGAN(size: 32, channels: 1, scale: 2, width: 2, blocks: 1),
    ]

    private static func configuration(_ model: any SuperResolutionConfiguration) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(
            model, heldOut: 2, seed: 3)
        configuration.recipe.batchSize = 2
        configuration.data.cropFrom = 40
        return configuration
    }

    private static func data(_ configuration: TrainingConfiguration) throws -> TranslationData {
        let avatars = InMemoryImages((0..<9).map { Avatar.image(seed: 1, index: $0, size: 40) })
        return try TranslationData(images: avatars, for: configuration)
    }

    @Test(arguments: models)
    func `eight steps are five, saved and loaded, and three`(model: any SuperResolutionConfiguration) throws {
        let configuration = Self.configuration(model)
        try SmallTranslation.expectExactResume(of: configuration, on: Self.data(configuration)) { whole in
            let row = try #require(try MetricsLog(whole, lastStep: 8).rows.last)
            let fidelity = try #require(row.fidelity)
            #expect(fidelity.bicubicPSNR > 10 && (0.2...1).contains(fidelity.bicubicSSIM))
            if model is any ResidualSuperResolution {
                // Training began at the bilinear image, which is little worse than the cubic.
                #expect(abs(fidelity.psnr - fidelity.bicubicPSNR) < 3)
                #expect((0.2...1).contains(fidelity.ssim))
            }
            // The adversarial model does not choose the best by fidelity, which it gives up.
            #expect(
                FileManager.default.fileExists(atPath: whole.bestCheckpoint)
                    == type(of: model).isMeasuredByDifference)
            let sheet = try Image(decoding: whole.sample(step: 8))
            #expect((sheet.width, sheet.height) == (6 * 42 + 2, 42 + 2))
        }
    }

    @Test(arguments: models)
    func `tiles make the image that the whole makes`(model: any SuperResolutionConfiguration) throws {
        try withTemporaryFolder { folder in
            let trainer = try Trainer(Self.configuration(model))
            // As large as in a trained network, so that what lies past a tile matters.
            for parameter in trainer.model.networks[0].network.parameters {
                parameter.value.withMutableScalars { values in
                    for index in values.indices { values[index] *= 1.5 }
                }
            }
            let path = folder + "/network.safetensors"
            try trainer.save(to: path)
            let upscaler = try Upscaler(path: path)
            let image = Avatar.image(seed: 1, index: 5, size: 80).cropped(
                x: 3, y: 5, width: 71, height: 67)
            let whole = try upscaler.enlarged(image, tileSide: 1000)
            #expect((whole.width, whole.height) == (71 * model.scale, 67 * model.scale))
            var tiles = 0
            let tiled = try upscaler.enlarged(image, tileSide: 13) { done, total in
                tiles += 1
                #expect(done == tiles && total == 36)
            }
            let difference = zip(whole.pixels, tiled.pixels).map { abs(Int($0) - Int($1)) }.max()
            #expect(try #require(difference) <= 1)
            #expect(tiles == 36)
            for (width, height) in [(1, 1), (1, 40), (5, 3)] {
                let made = try upscaler.enlarged(image.resized(width: width, height: height))
                #expect((made.width, made.height) == (width * model.scale, height * model.scale))
            }
            #expect { try upscaler.enlarged(Image(width: 60_000, height: 2000, color: [9])) } throws: {
                "\($0)".contains("would become too large")
            }
            #expect { try Translator(path: path) } throws: { "\($0)".contains("enlarges images") }
        }
    }

    @Test(arguments: [models[0], models[2], RRDB(size: 32, channels: 3, scale: 2, width: 3, blocks: 1)])
    func `an output pixel depends on no input further away than said`(
        model: any SuperResolutionConfiguration
    ) throws {
        var source = ParameterSource.drawn(RandomStream(seed: 1, purpose: .initialization))
        let network = model.makeGenerator(from: &source)
        let (reach, scale) = (model.reach, model.scale)
        let (width, middle) = (2 * reach + 9, reach + 4)
        // Each kernel looks as far to one side as it can, so that distances add up and nothing fades.
        func furthest(tap: (_ kernel: Int) -> Int) throws -> [Int] {
            for parameter in (network as any Module).parameters where parameter.shape.rank == 4 {
                let (inputs, kernel) = (parameter.shape[1], parameter.shape[3])
                parameter.value.withMutableScalars { values in
                    for index in values.indices {
                        let (row, column) = (index / kernel % kernel, index % kernel)
                        values[index] = row == kernel / 2 && column == tap(kernel) ? 8 / Scalar(inputs) : 0
                    }
                }
            }
            func output(_ changed: Scalar) -> [Scalar] {
                var pixels = [Scalar](repeating: 0.1, count: 8 * width * 3)
                pixels[(4 * width + middle) * 3] = changed
                return network(Tensor(pixels, shape: [1, 8, width, 3]), .inference).scalars
            }
            let (one, other) = (output(0.1), output(5000))
            let columns = one.indices.filter { abs(one[$0] - other[$0]) > 1e-3 * abs(one[$0]) }
                .map { $0 / 3 % (scale * width) / scale }
            return [middle - (try #require(columns.min())), try #require(columns.max()) - middle]
        }
        let (right, left) = (try furthest { _ in 0 }[1], try furthest { $0 - 1 }[0])
        #expect(max(right, left) <= reach)
        // No wider than needed.
        #expect(max(right, left) >= reach - 3)
    }

    @Test func `adversarial training begins with another run's generator, and what it lacks is new`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/content.safetensors"
            let content = try Trainer(Self.configuration(Self.models[0]))
            try content.save(to: path)
            var model = SRGAN(size: 32, channels: 3, scale: 4, width: 3, blocks: 2)
            var configuration = Self.configuration(model)
            configuration.seed = 9
            let adversarial = try Trainer(configuration, weightsFrom: path)
            func values(_ trainer: Trainer) -> [[Scalar]] {
                trainer.model.networks[0].network.parameters.map(\.value.scalars)
            }
            #expect(values(adversarial) == values(content))
            #expect(adversarial.model.parameterCount == model.parameterCount)
            #expect(content.model.parameterCount == Self.models[0].parameterCount)
            model.blocks = 3
            configuration.model = model
            let deeper = try Trainer(configuration, weightsFrom: path)
            let missing = deeper.inherited[0].missing
            #expect(missing.allSatisfy { $0.hasPrefix("res_blocks.2.") } && !missing.isEmpty)
        }
    }

    @Test func `inputs are the targets, shrunk`() throws {
        let configuration = Self.configuration(Self.models[0])
        let avatars = InMemoryImages((0..<9).map { Avatar.image(seed: 1, index: $0, size: 40) })
        let data = try TranslationData(images: avatars, for: configuration)
        let source = data.makeSource()
        let batches = try (0..<20).map { try source.pair(at: 2 * $0, count: 2) }
        for (inputs, targets) in batches {
            #expect(inputs.shape == [2, 8, 8, 3] && targets.shape == [2, 32, 32, 3])
            let small = images(targets).map { $0.resized(width: 8, height: 8) }
            #expect(inputs.scalars == Tensor(small).scalars)
        }
        #expect(Set(batches.map(\.targets.scalars)).count == 20)
    }

    @Test func `settings without sense are refused`() {
        for (model, words) in [
            (SRResNet(size: 40), "size is 40"), (SRResNet(scale: 3), "scale is 3"),
            (SRResNet(blocks: 0), "blocks is 0"), (SRResNet(width: 0), "width is 0"),
            (SRResNet(channels: 2), "channels is 2"),
        ] {
            #expect { try model.validate() } throws: { "\($0)".contains(words) }
        }
    }
}
