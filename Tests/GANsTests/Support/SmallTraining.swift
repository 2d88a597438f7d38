import Checkpoints
import Datasets
import Foundation
import GANs
import TestSupport
import Testing

/// Trainings that take milliseconds.
enum SmallTraining {
    static let configuration = TrainingConfiguration(
        DCGAN(size: 16, channels: 3, latentSize: 8, width: 4), batchSize: 4,
        flip: true, seed: 5)

    /// No multiple of the batch size, so that epochs end within batches.
    static func dataset(count: Int = 37, size: ImageSize = 16) throws -> Dataset {
        let images = (0..<count).map { Avatar.image(seed: 2, index: UInt64($0), size: size.longSide) }
        return try Dataset(InMemoryImages(images), format: ImageFormat(size: size, channels: 3))
    }

    static func run(
        _ trainer: Trainer, into folder: RunFolder, steps: Int, sampleEvery: Int = 500,
        checkpointEvery: Int = 1000, observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws -> TrainingLoop {
        try TrainingLoop(
            trainer, on: dataset(size: trainer.configuration.model.size), into: folder,
            schedule: Schedule(
                end: .steps(steps), sampleEvery: sampleEvery, checkpointEvery: checkpointEvery),
            observe: observe)
    }

    /// Twenty steps are ten, saved and loaded, and ten more.
    ///
    /// - Returns: what is saved after ten steps, and after twenty.
    static func expectExactResume(
        of configuration: TrainingConfiguration
    ) throws -> (half: CheckpointContents, whole: CheckpointContents) {
        try withTemporaryFolder { folder in
            let (whole, halves) = (RunFolder(folder + "/whole"), RunFolder(folder + "/halves"))
            try run(Trainer(configuration), into: whole, steps: 20).run()
            try run(Trainer(configuration), into: halves, steps: 10).run()
            let half = try CheckpointContents(path: halves.latestCheckpoint)
            let resumed = try Trainer(resumingFrom: halves.latestCheckpoint)
            #expect(resumed.configuration == configuration && resumed.progress.step == 10)
            try run(resumed, into: halves, steps: 20).run()
            let (one, other) = (
                try CheckpointContents(path: whole.latestCheckpoint),
                try CheckpointContents(path: halves.latestCheckpoint)
            )
            #expect(other.differences(from: one) == [] && other.header == one.header)
            return (half, one)
        }
    }

    /// A checkpoint after two steps.
    static func checkpoint(in folder: String) throws -> String {
        let runFolder = RunFolder(folder + "/run")
        try run(Trainer(configuration), into: runFolder, steps: 2).run()
        return runFolder.latestCheckpoint
    }
}

/// Everything a checkpoint holds, but for the time it took: for comparing to the bit.
struct CheckpointContents: Equatable {
    let tensors: [String: [UInt8]]
    let header: [String: String]

    init(path: String) throws {
        let file = try SafetensorsFile(path: path)
        var tensors: [String: [UInt8]] = [:]
        for tensor in file.tensors {
            tensors[tensor.name] = try file.withBytes(of: tensor.name) { Array($0) }
        }
        self.tensors = tensors
        var header: [String: String] = [:]
        for (key, value) in file.metadata {
            header[key] = value.replacing(/"seconds":[0-9.e-]+/, with: "")
        }
        self.header = header
    }

    /// Names of the tensors that differ.
    func differences(from other: CheckpointContents) -> [String] {
        Set(tensors.keys).union(other.tensors.keys).filter { tensors[$0] != other.tensors[$0] }.sorted()
    }
}

extension SafetensorsFile {
    /// The file's tensors and metadata, to be changed and written again.
    func entries() throws -> [TensorEntry] {
        try tensors.map { tensor in
            let bytes = try withBytes(of: tensor.name) { Array($0) }
            return TensorEntry(name: tensor.name, type: tensor.type, shape: tensor.shape) { body in
                bytes.withUnsafeBytes(body)
            }
        }
    }
}

extension TrainingConfiguration {
    /// With settings of the recipe and of the data that tests change often. Adam's settings are PyTorch's DCGAN
    /// example's where a learning rate is given.
    init(
        _ model: any ModelConfiguration, learningRate: Double? = nil, batchSize: Int? = nil,
        flip: Bool? = nil, heldOut: Int = 0, seed: UInt64 = 0
    ) {
        self.init(
            model, data: DataPreparation(for: model, flip: flip, heldOut: heldOut), seed: seed)
        if let learningRate {
            let adam = OptimizerConfiguration.adam(
                learningRate: learningRate, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
            (recipe.generatorOptimizer, recipe.discriminatorOptimizer) = (adam, adam)
        }
        if let batchSize { recipe.batchSize = batchSize }
    }

    /// A recipe without what makes style-based models special: Adam 0.0002 (0.5, 0.999) and the loss alone.
    static func plain(
        _ model: any ModelConfiguration, learningRate: Double = 2e-4, batchSize: Int = 64, seed: UInt64 = 0
    ) -> TrainingConfiguration {
        var training = TrainingConfiguration(
            model, learningRate: learningRate, batchSize: batchSize, seed: seed)
        (training.recipe.regularizers, training.recipe.regularizationInterval) = ([], 1)
        training.recipe.pathLength = nil
        return training
    }
}

extension Trainer {
    /// The networks of a model that is sampled from latents.
    var latentModel: any LatentSampling {
        guard let model = model as? any LatentSampling else { fatalError("the model has no latents") }
        return model
    }

    var generator: any Layer { latentModel.generator }
    var discriminator: any Discriminator { latentModel.discriminator }

    /// The networks of a model that translates.
    func translator(_ direction: TranslationDirection = .a2b) -> TranslatorNetworks {
        guard let model = model as? any TranslatingModel else { fatalError("the model does not translate") }
        return model.translator(direction)
    }
}

extension TrainingLoop {
    convenience init(
        _ trainer: Trainer, on dataset: Dataset, into folder: RunFolder, schedule: Schedule,
        observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws {
        try self.init(
            trainer, on: ImageData(dataset, for: trainer.configuration), into: folder, schedule: schedule,
            observe: observe)
    }
}

extension BatchSource {
    /// The inputs and targets of a batch.
    func pair(at position: Int, count: Int) throws -> (inputs: Tensor, targets: Tensor) {
        var stream = RandomStream(seed: 0, purpose: .drawing)
        let batch = try batch(at: position, count: count, drawing: &stream)
        return (try #require(batch.inputs), batch.reals)
    }
}
