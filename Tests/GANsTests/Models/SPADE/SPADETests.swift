import Foundation
import TestSupport
import Testing

@testable import GANs

/// Images from label maps.
@Suite struct SPADETests {
    private static let labels = LabelSet(
        names: AvatarLabel.allCases.map(\.name), palette: [[0, 0, 0], [250, 10, 20]])
    static let models = [
        SPADE(size: 16, labels: labels, width: 2, patchLayers: 1),
        SPADE(
            size: 32, labels: labels, outputChannels: 1, width: 2,
            style: StyleEncoding(size: 6, divergenceWeight: 0.05)),
    ]

    private static func configuration(_ model: SPADE) -> TrainingConfiguration {
        var configuration = TrainingConfiguration(model, heldOut: 2, seed: 3)
        configuration.recipe.batchSize = 2
        return configuration
    }

    private static func map(_ index: Int, size: Int) -> Image {
        let avatar = Avatar(seed: 1, index: UInt64(index))
        return Image(width: size, height: size, channels: 1, pixels: avatar.labels(size: size))
    }

    static func data(_ configuration: TrainingConfiguration) throws -> TranslationData {
        let maps = InMemoryImages((0..<7).map { map($0, size: 40) })
        let images = InMemoryImages((0..<7).map { Avatar.image(seed: 1, index: $0, size: 40) })
        return try TranslationData(pairs: PairSource(maps, images), for: configuration)
    }

    @Test(arguments: models)
    func `eight steps are five, saved and loaded, and three`(model: SPADE) throws {
        let configuration = Self.configuration(model)
        try SmallTranslation.expectExactResume(of: configuration, on: Self.data(configuration)) { whole in
            // Map, output and target of the two pairs held out; with styles a drawn one, too.
            let sheet = try Image(decoding: whole.sample(step: 8))
            let columns = model.style == nil ? 6 : 8
            #expect(
                (sheet.width, sheet.height) == (columns * (model.size.width + 2) + 2, model.size.height + 4))
            let row = try #require(try MetricsLog(whole, lastStep: 8).rows.last)
            #expect(
                row.parts?.keys.sorted() == (model.style == nil ? ["features"] : ["divergence", "features"]))
            #expect((0.01...2).contains(try #require(row.difference)))
        }
    }

    @Test func `the published blocks are those of 256 pixels, and smaller sizes have the last of them`() {
        let steps = SPADEPlan(size: 256, width: 64).steps
        #expect(steps.map(\.name) == ["head_0", "G_middle_0", "G_middle_1", "up_0", "up_1", "up_2", "up_3"])
        #expect(steps.map(\.inputs) == [1024, 1024, 1024, 1024, 512, 256, 128])
        #expect(steps.map(\.outputs) == [1024, 1024, 1024, 512, 256, 128, 64])
        #expect(steps.map(\.isDoubledBefore) == [false, true, false, true, true, true, true])
        #expect(SPADEPlan(size: 256, width: 64).hiddenChannels == 128)
        #expect(SPADEPlan(size: 64, width: 64).steps.map(\.outputs) == [256, 256, 256, 128, 64])
        for size: ImageSize in [16, 32, 64, 128, 256, 512, ImageSize(width: 96, height: 64)] {
            let plan = SPADEPlan(size: size, width: 1)
            #expect(plan.start.map { $0 * plan.sideMultiple } == size)
            if size.isSquare { #expect(plan.start == 8) }
            #expect(1 << plan.steps.count(where: \.isDoubledBefore) == plan.sideMultiple)
        }
    }

    @Test func `labels are cropped and mirrored with their images, and stay whole`() throws {
        let maps = (0..<5).map { Self.map($0, size: 50) }
        // Images that show the labels as they are, so that both sides can be compared.
        let pairs = PairSource(
            InMemoryImages(maps), InMemoryImages(maps.map { $0.colored(palette: Self.shades) }))
        var configuration = Self.configuration(
            SPADE(size: 32, labels: Self.labels, outputChannels: 3, width: 2))
        (configuration.data.heldOut, configuration.data.cropFrom) = (0, 50)
        let data = try TranslationData(pairs: pairs, for: configuration)
        let source = data.makeSource()
        var seen: Set<[Scalar]> = []
        for position in 0..<12 {
            let (inputs, targets) = try source.pair(at: position, count: 2)
            #expect(inputs.shape == [2, 32, 32, Self.labels.count])
            let model = try #require(configuration.model as? SPADE)
            let rows = inputs.reshaped([2 * 32 * 32, Self.labels.count])
            #expect(rows.sum(axes: [1]).scalars.allSatisfy { $0 == 1 })
            let expected = rows.argmaxOfRows().flatMap { Self.shades[$0] }
            #expect(images(targets).flatMap(\.pixels) == expected)
            #expect(model.images(ofInputs: inputs)[0].channels == 3)
            seen.insert(inputs.scalars)
        }
        #expect(seen.count == 12)
    }

    private static let shades = (0..<labels.count).map { [UInt8](repeating: UInt8(20 * $0), count: 3) }

    @Test func `maps of any size keep it, and styles come from images or seeds`() throws {
        try withTemporaryFolder { folder in
            let run = RunFolder(folder)
            let configuration = Self.configuration(Self.models[1])
            try SmallTranslation.run(
                Trainer(configuration), on: Self.data(configuration), into: run, steps: 2)
            let translator = try Translator(path: run.latestCheckpoint)
            #expect(translator.labels == Self.labels && translator.takesStyle && !translator.scoresPatches)
            for (width, height) in [(32, 32), (33, 70), (1, 3)] {
                let map = Self.map(1, size: 64).resized(width: width, height: height, .nearest)
                let made = try translator.translation(of: map, isFullSize: true)
                #expect((made.output.width, made.output.height, made.output.channels) == (width, height, 1))
                #expect(made.input == map && made.withPatchScores() == nil)
            }
            let map = Self.map(2, size: 80)
            #expect(try translator.translation(of: map).output.width == 32)
            let image = Avatar.image(seed: 1, index: 4, size: 50)
            let styles = try #require(translator.style(of: image))
            #expect(styles.shape == [1, 6])
            let outputs = try [
                translator.translation(of: map, seed: 1), translator.translation(of: map, seed: 2),
                translator.translation(of: map, style: styles),
            ].map(\.output)
            #expect(Set(outputs).count == 3)
            #expect(try translator.translation(of: map, seed: 2).output == outputs[1])
            #expect(try translator.translation(of: map, style: styles, seed: 9).output == outputs[2])
            for wrong in [image, Image(width: 2, height: 1, channels: 1, pixels: [0, 11])] {
                #expect { try translator.translation(of: wrong) } throws: {
                    "\($0)".contains("no map of the 11 labels")
                }
            }
        }
    }

    @Test
    func `learning rates are the published ones at the published width, and larger for narrower networks`() {
        func rates(width: Int) -> [Double] {
            let training = TrainingConfiguration(
                SPADE(labels: Self.labels, width: width))
            return [training.recipe.generatorOptimizer, training.recipe.discriminatorOptimizer].map(
                \.learningRate)
        }
        #expect(rates(width: 64) == [1e-4, 4e-4])
        #expect(rates(width: 16) == [4e-4, 16e-4])
    }

    @Test func `settings that cannot be are refused`() {
        func refusal(_ change: (inout TrainingConfiguration, inout SPADE) -> Void) -> String {
            var model = Self.models[1]
            var configuration = Self.configuration(model)
            change(&configuration, &model)
            configuration.model = model
            do { try configuration.validate() } catch { return error.description }
            return ""
        }
        #expect(
            refusal { $1.size = 50 }.contains(
                "size is 50; width and height of the images that spade learns from"))
        #expect(refusal { $1.patchLayers = 0 }.contains("patchLayers"))
        #expect(refusal { $1.style = StyleEncoding(size: 0, divergenceWeight: 0.05) }.contains("latentSize"))
        #expect(
            refusal { configuration, _ in configuration.data.fit = .pad }.contains("no label for added edges")
        )
        #expect(
            refusal { _, model in model.discriminator.minibatchDeviation = true }
                .contains("cannot compare whole images"))
        #expect(refusal { _, _ in } == "")
    }

    @Test func `a damaged set of labels in a checkpoint is refused`() throws {
        let stored = ##"{"names": ["a", "b"], "colors": ["#000000", "red"]}"##
        let labels = try JSONDecoder().decode(LabelSet.self, from: Data(stored.utf8))
        #expect(throws: ConfigurationError.self) { try SPADE(labels: labels).validate() }
    }

    /// `KLDLoss` of the published program, of two styles of two numbers.
    @Test func `the divergence is the published sum over the batch`() {
        let distribution = StyleDistribution(
            mean: Tensor([0.5, -1, 2, 0.25], shape: [2, 2]),
            logVariance: Tensor([0.1, -0.3, 0.7, 0], shape: [2, 2]))
        expectClose(distribution.divergence.scalars, [2.8361], absolute: 1e-4)
    }
}
