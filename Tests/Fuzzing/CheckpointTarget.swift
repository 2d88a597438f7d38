import Checkpoints
import Files

@testable import GANs

/// The configuration of a run's checkpoint, with the tensors that one of some small models has; the first byte tells
/// which. The file's checksum is right.
enum CheckpointTarget: FuzzTarget {
    static let name = "checkpoint"
    private static let (versionKey, headerKey) = ("swift-gan.version", "swift-gan")

    static func seeds() throws -> [[UInt8]] {
        bases.indices.map { [UInt8($0)] + Array(bases[$0].header.utf8) }
    }

    static func read(_ input: [UInt8]) throws {
        let base = bases[Int(input.first ?? 0) % bases.count]
        let path = join(scratch, "input.safetensors")
        try SafetensorsFile.write(
            base.entries,
            metadata: [
                versionKey: base.version, headerKey: String(decoding: input.dropFirst(), as: UTF8.self),
            ], to: path)
        let header = try CheckpointHeader(path: path)
        _ = (header.model.description, header.model.parameterCount, header.training.settings, header.metadata)
        expectOwnErrors { _ = try Trainer(resumingFrom: path) }
        expectOwnErrors {
            let trained = try TrainedGenerator(path: path)
            _ = trained.images(seeds: [1], labels: trained.configuration.conditioning.map { _ in [0] })
        }
        expectOwnErrors { _ = try TrainedDiscriminator(path: path) }
        expectOwnErrors { _ = try Translator(path: path) }
        expectOwnErrors { _ = try Upscaler(path: path) }
    }

    private struct Base {
        let version: String
        let header: String
        let entries: [TensorEntry]

        init(_ path: String) throws {
            let file = try SafetensorsFile(path: path)
            version = file.metadata[versionKey] ?? ""
            header = file.metadata[headerKey] ?? ""
            entries = try file.tensors.map { tensor in
                let bytes = try file.withBytes(of: tensor.name) { Array($0) }
                return TensorEntry(name: tensor.name, type: tensor.type, shape: tensor.shape) { body in
                    bytes.withUnsafeBytes(body)
                }
            }
        }
    }

    // Used by one thread.
    private nonisolated(unsafe) static let bases: [Base] = {
        do { return try earlier + drawn } catch { fatalError("no checkpoints to begin with: \(error)") }
    }()

    private static var earlier: [Base] {
        get throws {
            try ["dcgan", "stylegan2", "pix2pix", "cyclegan", "spade", "srgan"].map {
                try Base(fixture("version1/\($0).safetensors"))
            }
        }
    }

    private static var drawn: [Base] {
        get throws {
            let models: [any ModelConfiguration] = [
                DCGAN(
                    size: 16, latentSize: 6, width: 2,
                    conditioning: Conditioning(variant: .acgan, classes: ["a", "b"])),
                StyleGAN(size: 16, latentSize: 6, mappingDepth: 2, channelBase: 64, channelMaximum: 8),
                FastGAN(size: 64, latentSize: 6, width: 2),
                RRDB(size: 32, channels: 1, scale: 2, width: 2, blocks: 1),
                PointGAN(width: 4),
            ]
            let path = join(scratch, "drawn.safetensors")
            let runs = try models.map { model in
                try Trainer(TrainingConfiguration(model)).save(to: path)
                return try Base(path)
            }
            try Trainer(TrainingConfiguration(models[0])).save(to: path)
            try TrainedGenerator(path: path).export(to: path)
            return try runs + [Base(path)]
        }
    }
}
