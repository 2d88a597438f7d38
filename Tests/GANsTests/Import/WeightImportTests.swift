import Checkpoints
import Foundation
import GANs
import Networks
import Tensors
import TestSupport
import Testing

/// Networks from files that PyTorch wrote make what they made there.
@Suite struct WeightImportTests {
    private static func path(_ name: String) -> String { Golden.fixture("imports/" + name) }

    private static func imported(
        _ names: [String], _ type: any WeightImporting.Type
    ) throws -> WeightImport {
        try WeightImport(names.map(path), as: type)
    }

    /// Expects a network to make of a golden's input its output.
    private static func expectOutput(
        _ imported: WeightImport, _ network: Int, _ name: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let golden = try Golden.load("imports/outputs")
        let (input, expected) = (golden.tensor(name + ".input"), golden[name + ".output"])
        let labels = golden.names.contains(name + ".labels") ? golden.tensor(name + ".labels") : nil
        let context = ForwardContext.inference(labels: labels)
        let output: Tensor
        switch imported.networks[network].network {
        case let layer as any Layer: output = layer(input, context)
        case let discriminator as any Discriminator: output = discriminator(input, context).score
        default:
            Issue.record("no network", sourceLocation: sourceLocation)
            return
        }
        #expect(output.shape.dimensions == expected.shape, sourceLocation: sourceLocation)
        expectClose(
            output.scalars, expected.values, absolute: 1e-4, relative: 1e-4, "\(name)",
            sourceLocation: sourceLocation)
    }

    @Test func `networks of PyTorch's DCGAN example, apart and in one file`() throws {
        for names in [["netG.pth", "netD_legacy.pth"], ["netD_legacy.pth", "netG.pth"], ["dcgan.pt"]] {
            let imported = try Self.imported(names, DCGAN.self)
            #expect(imported.sources.map(\.network) == ["generator", "discriminator"])
            try Self.expectOutput(imported, 0, "dcgan.generator")
            try Self.expectOutput(imported, 1, "dcgan.discriminator")
            let model = try #require(imported.model as? DCGAN)
            #expect(model == DCGAN(size: 64, channels: 3, latentSize: 5, width: 1))
        }
        try Self.expectOutput(Self.imported(["netD_legacy.pth"], DCGAN.self), 0, "dcgan.discriminator")
    }

    @Test func `a U-Net and PatchGANs`() throws {
        let pix2pix = try Self.imported(["unet.pth", "patches_batch.pth"], Pix2Pix.self)
        try Self.expectOutput(pix2pix, 0, "pix2pix.generator")
        try Self.expectOutput(pix2pix, 1, "patches.batch")
        let model = try #require(pix2pix.model as? Pix2Pix)
        #expect(model.size == 32 && model.width == 1 && model.patchLayers == 3)
        #expect(model.discriminator.normalization == .batch)
    }

    @Test func `residual generators both ways, with dropout and old statistics, and a PatchGAN`() throws {
        let names = ["resnet_a.pth", "resnet_b_legacy.pth", "patches_instance.pth"]
        let cyclegan = try Self.imported(names, CycleGAN.self)
        #expect(
            cyclegan.sources.map(\.network) == ["generator_a2b", "generator_b2a", "discriminator_b"])
        try Self.expectOutput(cyclegan, 0, "resnet.a")
        try Self.expectOutput(cyclegan, 1, "resnet.b")
        try Self.expectOutput(cyclegan, 2, "patches.instance")
        let model = try #require(cyclegan.model as? CycleGAN)
        #expect(model.blocks == 6 && model.size == 128 && model.discriminator.normalization == .instance)
    }

    @Test(arguments: [
        ("rrdb_trunk.pth", 4), ("rrdb_numbered_legacy.pth", 4), ("rrdb_x2plus.pth", 2),
    ])
    func `an RRDBNet under all its names`(name: String, scale: Int) throws {
        for type in [RRDB.self, ESRGAN.self] as [any WeightImporting.Type] {
            let imported = try Self.imported([name], type)
            try Self.expectOutput(imported, 0, "rrdb.\(scale)")
            let model = try #require(imported.model as? any SuperResolutionConfiguration)
            #expect(model.scale == scale && model.width == 4 && model.blocks == (scale == 4 ? 2 : 1))
        }
    }

    @Test func `StyleGAN2-ADA's networks: the average, its mean style, and the discriminator`() throws {
        let imported = try Self.imported(["stylegan2_ada.pkl"], StyleGAN2.self)
        try Self.expectOutput(imported, 0, "stylegan2")
        try Self.expectOutput(imported, 1, "stylegan2.discriminator")
        let generator = try #require(imported.networks[0].network as? any StyleGenerator)
        let golden = try Golden.load("imports/outputs")
        expectClose(generator.meanStyle.scalars, golden["stylegan2.mean"].values)
        let model = try #require(imported.model as? StyleGAN2)
        #expect(model.size == 16 && model.latentSize == 6 && model.mappingDepth == 2)
        #expect(model.channelBase == 64 && model.channelMaximum == 8)
    }

    @Test func `StyleGAN2-ADA's class-conditional networks`() throws {
        let imported = try Self.imported(["stylegan2_ada_classes.pkl"], StyleGAN2.self)
        try Self.expectOutput(imported, 0, "stylegan2_classes")
        try Self.expectOutput(imported, 1, "stylegan2_classes.discriminator")
        let model = try #require(imported.model as? StyleGAN2)
        #expect(model.conditioning?.classes == ["0", "1", "2"] && model.classMappingDepth == 3)
        #expect(model.mappingDepth == 2 && model.latentSize == 6)
        try withTemporaryFolder { folder in
            let path = folder + "/classes.safetensors"
            try imported.write(to: path)
            let trained = try TrainedGenerator(path: path)
            let space = try #require(LatentSpace(stylesOf: trained, label: 2))
            let other = try #require(LatentSpace(stylesOf: trained, label: 1))
            #expect(
                space.images(of: space.latents(seeds: [4])) != other.images(of: other.latents(seeds: [4])))
        }
    }

    @Test func `what is written is read as any checkpoint, and trained on`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/dcgan.safetensors"
            let imported = try Self.imported(["dcgan.pt"], DCGAN.self)
            try imported.write(to: path)
            let golden = try Golden.load("imports/outputs")
            let trained = try TrainedGenerator(path: path)
            expectClose(
                trained.generator(golden.tensor("dcgan.generator.input"), .inference).scalars,
                golden["dcgan.generator.output"].values, absolute: 1e-4)
            #expect(try TrainedDiscriminator(path: path) != nil)
            let trainer = try Trainer(TrainingConfiguration(imported.model), weightsFrom: path)
            #expect(trainer.inherited.map(\.taken) == [25, 20])
            #expect(trainer.inherited.allSatisfy { $0.missing.isEmpty && $0.misshapen.isEmpty })
        }
    }

    @Test func `a file with some of a model's networks does what these can`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/part.safetensors"
            try Self.imported(["resnet_a.pth"], CycleGAN.self).write(to: path)
            let translator = try Translator(path: path)
            #expect(!translator.scoresPatches)
            #expect(throws: ConfigurationError.self) { try Translator(path: path, direction: .b2a) }
            let again = folder + "/again.safetensors"
            try translator.export(to: again)
            #expect(try Translator(path: again).parameterCount == translator.parameterCount)

            try Self.imported(["netD_legacy.pth"], DCGAN.self).write(to: path)
            #expect(throws: CheckpointError.self) { try TrainedGenerator(path: path) }
            try Self.imported(["netG.pth"], DCGAN.self).write(to: path)
            #expect(try TrainedDiscriminator(path: path) == nil)
        }
    }
}

/// What does not fit is told apart, in one line.
@Suite struct WeightMismatchTests {
    /// A safetensors file with a network's tensors, changed.
    private static func changed(
        _ name: String, in folder: String, _ change: (inout [String: (shape: [Int], values: [Float])]) -> Void
    ) throws -> String {
        let file = try WeightFile(path: Golden.fixture("imports/" + name))
        var tensors: [String: (shape: [Int], values: [Float])] = [:]
        for (name, tensor) in try #require(file.dictionaries.first).tensors {
            let isCounter = tensor.type == .int64
            tensors[name] = (
                tensor.shape,
                isCounter ? [0] : try file.values(of: tensor, named: name)
            )
        }
        change(&tensors)
        let path = folder + "/changed.safetensors"
        try SafetensorsFile.write(
            tensors.map { name, tensor in
                name.hasSuffix("num_batches_tracked")
                    ? TensorEntry(name: name, shape: tensor.shape, values: [7])
                    : TensorEntry(name: name, shape: tensor.shape, values: tensor.values)
            }, to: path)
        return path
    }

    @Test func `names that are missing, unexpected and misshapen are listed apart`() throws {
        try withTemporaryFolder { folder in
            let path = try Self.changed("netG.pth", in: folder) {
                $0["main.4.running_mean"] = nil
                $0["main.99.weight"] = ([1], [0])
                $0["main.7.bias"] = ([3], [0, 0, 0])
            }
            let error = try #require(throws: WeightMismatch.self) { try WeightImport([path], as: DCGAN.self) }
            #expect(error.missing == ["main.4.running_mean"] && error.unexpected == ["main.99.weight"])
            #expect(error.misshapen == ["main.7.bias is [3], not [2]"])
            #expect(
                error.description == """
                    \(path) does not fit the generator of a dcgan: 1 missing (main.4.running_mean); \
                    1 unexpected (main.99.weight); 1 misshapen (main.7.bias is [3], not [2])
                    """)
        }
    }

    @Test func `a safetensors state dict is read, and batches need not be counted`() throws {
        try withTemporaryFolder { folder in
            let path = try Self.changed("netG.pth", in: folder) { tensors in
                for name in tensors.keys where name.hasSuffix("num_batches_tracked") { tensors[name] = nil }
            }
            #expect(try WeightImport([path], as: DCGAN.self).sources.count == 1)
        }
    }

    @Test func `numbers that are none are refused`() throws {
        try withTemporaryFolder { folder in
            let path = try Self.changed("netG.pth", in: folder) { $0["main.1.bias"]?.values[0] = .nan }
            let error = try #require(throws: CheckpointError.self) {
                try WeightImport([path], as: DCGAN.self)
            }
            #expect(error.description.contains("\"main.1.bias\" holds what is not a finite number"))
        }
    }

    @Test func `extents that no network has are refused, not computed with`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/empty.safetensors"
            // Without elements, tensors of any extents fit into a file.
            let huge = [1 << 59, 0, 3, 3]
            let layers = (0..<3).map { "synthesis.b\(4 << $0).conv1.weight" }
            try SafetensorsFile.write(
                [
                    TensorEntry(
                        name: "synthesis.b4.const", shape: [1, 4, 4], values: [Float](repeating: 0, count: 16)
                    )
                ]
                    + layers.map { TensorEntry(name: $0, shape: huge, values: [Float]()) }, to: path)
            #expect {
                _ = try WeightImport([path], as: StyleGAN2.self)
            } throws: {
                "\($0)".contains("its tensor \"\(layers[0])\" is missing, or of another kind")
            }
        }
    }

    @Test func `networks that compute otherwise are refused with what differs`() throws {
        try withTemporaryFolder { folder in
            func refuse(
                _ name: String, _ type: any WeightImporting.Type, _ words: String,
                _ change: (inout [String: (shape: [Int], values: [Float])]) -> Void
            ) throws {
                let path = try Self.changed(name, in: folder, change)
                let error = try #require(throws: ConfigurationError.self) {
                    try WeightImport([path], as: type)
                }
                #expect(error.description.contains(words) && error.description.contains(path))
            }
            try refuse("resnet_a.pth", CycleGAN.self, "--norm batch") { $0["model.2.weight"] = ([1], [1]) }
            try refuse("unet.pth", Pix2Pix.self, "--norm instance") {
                $0["model.model.1.model.1.bias"] = ([2], [0, 0])
            }
            try refuse("rrdb_trunk.pth", RRDB.self, "no enlargement by 2 or 4") {
                $0["conv_first.weight"] = ([4, 48, 3, 3], [Float](repeating: 0, count: 4 * 48 * 9))
            }
            // The first dictionary of the file is G.
            try refuse("stylegan2_ada.pkl", StyleGAN2.self, "it has 20000 classes") {
                $0["mapping.embed.weight"] = ([6, 20_000], [Float](repeating: 0, count: 120_000))
            }
            // 2^39 pixels.
            try refuse("netG.pth", DCGAN.self, "16 convolutions") { tensors in
                for layer in 5..<16 { tensors["main.\(3 * layer).weight"] = ([1, 1, 1, 1], [0]) }
            }
            try refuse("netG.pth", DCGAN.self, "width is 1000") {
                $0["main.12.weight"] = ([1000, 3, 0, 4], [])
            }
        }
    }

    @Test func `a file of another model says whose it looks like`() throws {
        let path = Golden.fixture("imports/unet.pth")
        let error = try #require(throws: ConfigurationError.self) { try WeightImport([path], as: DCGAN.self) }
        #expect(error.description.contains("it looks like one of a pix2pix"))
        let two = [path, path]
        #expect(throws: ConfigurationError.self) { try WeightImport(two, as: Pix2Pix.self) }
    }
}
