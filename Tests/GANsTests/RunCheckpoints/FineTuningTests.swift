import Checkpoints
import GANs
import Networks
import Tensors
import TestSupport
import Testing

/// Trainings that begin with the weights of others.
@Suite struct FineTuningTests {
    private static let styles = StyleGAN2(
        size: 16, latentSize: 8, mappingDepth: 2, channelBase: 64, channelMaximum: 8)

    private static func training(_ model: any ModelConfiguration, seed: UInt64 = 9) -> TrainingConfiguration {
        var training = TrainingConfiguration(model, seed: seed)
        training.recipe.batchSize = 2
        return training
    }

    private static func steps(_ trainer: Trainer, _ count: Int, size: ImageSize) throws {
        var stream = RandomStream(seed: 5, purpose: .latents)
        for _ in 0..<count {
            _ = try trainer.step(Tensor.normal([2, size.height, size.width, 3], from: &stream))
        }
    }

    /// A trained model's file, and the trainer that wrote it.
    private static func trained(_ model: any ModelConfiguration, in folder: String) throws -> (
        String, Trainer
    ) {
        let (path, trainer) = (folder + "/trained.safetensors", try Trainer(training(model, seed: 1)))
        try steps(trainer, 2, size: model.size)
        try trainer.save(to: path)
        return (path, trainer)
    }

    private static func values(_ trainer: Trainer, _ network: Int, _ names: (String) -> Bool) -> [[Scalar]] {
        trainer.model.networks[network].network.state.compactMap { entry in
            guard case .parameter(let parameter) = entry.value, names(entry.name) else { return nil }
            return parameter.value.scalars
        }
    }

    @Test func `all weights and the average are taken, optimizers and counts begin anew`() throws {
        try withTemporaryFolder { folder in
            let (path, old) = try Self.trained(Self.styles, in: folder)
            let new = try Trainer(Self.training(Self.styles), weightsFrom: path)
            for network in [0, 1] {
                #expect(Self.values(new, network) { _ in true } == Self.values(old, network) { _ in true })
            }
            #expect(new.inherited.map(\.network) == ["generator", "discriminator"])
            #expect(new.inherited.allSatisfy { $0.taken == $0.total && $0.taken > 10 })
            #expect(new.progress.step == 0 && new.progress.imagesSeen == 0)
            func images(_ trainer: Trainer) -> [Scalar] {
                trainer.withSamplingWeights {
                    (trainer.model as? LatentModel)?.generator(
                        .zeros([1, 8]), ForwardContext(mode: .inference)
                    ).scalars ?? []
                }
            }
            #expect(images(new) == images(old) && !images(new).isEmpty)
        }
    }

    @Test func `a generator alone gives its weights to network and average, and the discriminator is new`()
        throws
    {
        try withTemporaryFolder { folder in
            let (path, _) = try Self.trained(Self.styles, in: folder)
            let exported = folder + "/generator.safetensors"
            try TrainedGenerator(path: path).export(to: exported)
            let new = try Trainer(Self.training(Self.styles), weightsFrom: exported)
            #expect(new.inherited.map(\.taken) == [new.inherited[0].total, 0])
            let again = folder + "/again.safetensors"
            try new.save(to: again)
            let contents = try CheckpointContents(path: again).tensors
            let (raw, average) = (
                "generator.layers.0.convolution.weight", "generator_average.layers.0.convolution.weight"
            )
            #expect(contents[raw] == contents[average] && contents[raw] != nil)
        }
    }

    /// Blocks of the discriminator are numbered from the finest resolution.
    @Test func `networks of another size take the layers of the resolutions that both have`() throws {
        try withTemporaryFolder { folder in
            let (path, old) = try Self.trained(Self.styles, in: folder)
            var larger = Self.styles
            larger.size = 32
            let new = try Trainer(Self.training(larger), weightsFrom: path)
            #expect(
                Self.values(new, 0) { $0.hasPrefix("mapping.") }
                    == Self.values(old, 0) { $0.hasPrefix("mapping.") })
            for (own, others) in [("blocks.1.", "blocks.0."), ("blocks.2.", "blocks.1."), ("last.", "last.")]
            {
                let taken = Self.values(new, 1) { $0.hasPrefix(own) }
                #expect(taken == Self.values(old, 1) { $0.hasPrefix(others) } && !taken.isEmpty)
            }
            let missing = new.inherited[1].missing
            #expect(
                missing.allSatisfy { $0.hasPrefix("blocks.0.") || $0.hasPrefix("from_pixels.") }
                    && missing.count > 3)
            #expect(new.inherited[0].misshapen.isEmpty)
        }
    }

    @Test func `classes are the data's, and what has another shape is named`() throws {
        try withTemporaryFolder { folder in
            let (path, _) = try Self.trained(DCGAN(size: 16, latentSize: 6, width: 4), in: folder)
            var conditional = DCGAN(
                size: 16, latentSize: 3, conditioning: Conditioning(variant: .concat, classes: ["a", "b"]))
            conditional.adopt(DCGAN(size: 16, latentSize: 6, width: 4))
            #expect(conditional.width == 4 && conditional.conditioning?.classes == ["a", "b"])
            let new = try Trainer(Self.training(conditional), weightsFrom: path)
            let misshapen = new.inherited.flatMap(\.misshapen)
            #expect(misshapen.map(\.name) == ["main.0.weight", "main.0.weight"])
            #expect(misshapen[0].expected == [8, 8, 4, 4] && misshapen[0].found == [6, 8, 4, 4])
        }
    }

    @Test func `another model's weights are refused where none of the generator's fit`() throws {
        try withTemporaryFolder { folder in
            let (path, _) = try Self.trained(DCGAN(size: 16, latentSize: 6, width: 4), in: folder)
            let error = #expect(throws: CheckpointError.self) {
                try Trainer(Self.training(Self.styles), weightsFrom: path)
            }
            #expect("\(error.map { "\($0)" } ?? "")".contains("no weights of its dcgan fit a stylegan2"))
        }
    }

    @Test func `frozen layers keep their bits, the others learn, also after resuming`() throws {
        try withTemporaryFolder { folder in
            let (path, old) = try Self.trained(Self.styles, in: folder)
            var training = Self.training(Self.styles)
            (training.recipe.frozenDiscriminatorLayers, training.recipe.freezesMapping) = (3, true)
            let new = try Trainer(training, weightsFrom: path)
            try Self.steps(new, 1, size: 16)
            let saved = folder + "/half.safetensors"
            try new.save(to: saved)
            let resumed = try Trainer(resumingFrom: saved)
            try Self.steps(resumed, 1, size: 16)
            // From the image on: from_pixels.0, and of the first block its first convolution and the next.
            let discriminators = [old, resumed].map { trainer in
                trainer.model.networks[1].network.state.compactMap { entry -> (String, [Scalar])? in
                    if case .parameter(let parameter) = entry.value {
                        (entry.name, parameter.value.scalars)
                    } else {
                        nil
                    }
                }
            }
            let kept = zip(discriminators[0], discriminators[1]).filter { $0.1 == $1.1 }.map(\.0.0)
            let layers = Set(kept.map { $0.split(separator: ".").dropLast().joined(separator: ".") })
            #expect(layers.count == 3 && layers.contains("from_pixels.0"), "\(kept)")
            #expect(kept == discriminators[0].prefix(kept.count).map(\.0))
            let mapping = { (name: String) in name.hasPrefix("mapping.") }
            #expect(Self.values(resumed, 0, mapping) == Self.values(old, 0, mapping))
            let others = { (name: String) in name.hasPrefix("layers.") && name.hasSuffix("convolution.weight")
            }
            #expect(zip(Self.values(resumed, 0, others), Self.values(old, 0, others)).allSatisfy(!=))
        }
    }

    @Test func `no layer left to learn, and a mapping network that is not there, are refused`() {
        var all = Self.training(Self.styles)
        all.recipe.frozenDiscriminatorLayers = 99
        var none = Self.training(DCGAN(size: 16))
        none.recipe.freezesMapping = true
        for training in [all, none] {
            #expect(throws: ConfigurationError.self) { try Trainer(training) }
        }
    }
}
