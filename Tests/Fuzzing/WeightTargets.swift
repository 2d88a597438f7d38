import Checkpoints
import Files

@testable import GANs

/// The header of safetensors files, whose length is made right, and the data behind it.
enum SafetensorsTarget: FuzzTarget {
    static let name = "safetensors"

    static func seeds() throws -> [[UInt8]] {
        let path = join(scratch, "seed.safetensors")
        try SafetensorsFile.write(
            [
                TensorEntry(name: "weight", shape: [2, 3], values: [Float](repeating: 0, count: 6)),
                TensorEntry(name: "count", shape: [], values: [7]),
                TensorEntry(name: "none", shape: [4, 0], values: [UInt8]()),
            ], metadata: ["about": "a \"seed\"\n"], to: path)
        return try [path, fixture("python_safetensors.safetensors")].map {
            Array(try content($0).dropFirst(8))
        }
    }

    static func read(_ input: [UInt8]) throws {
        let end = input.lastIndex(of: UInt8(ascii: "}")).map { $0 + 1 } ?? input.count
        let length = end + input[end...].prefix { $0 == UInt8(ascii: " ") }.count
        let path = file("input.safetensors", withUnsafeBytes(of: length.littleEndian, Array.init) + input)
        var stored = try SafetensorsFile(path: path, verifying: false)
        for tensor in stored.tensors {
            expectOwnErrors { _ = try stored.values(tensor.name, as: Float.self) }
            expectOwnErrors { _ = try stored.values(tensor.name, as: Int.self) }
        }
        try stored.verify()
    }
}

/// Other programs' weights: archives, older files and pickles of PyTorch.
enum WeightsTarget: FuzzTarget {
    static let name = "weights"

    static func seeds() throws -> [[UInt8]] {
        let values = [Float](repeating: 1, count: 6).withUnsafeBytes(Array.init)
        let names = ["types.pt", "types_legacy.pt", "netG.pth", "netD_legacy.pth", "patches_instance.pth"]
        return try [
            MadeArchive([
                .init("made/data.pkl", MadePickle.tensor(count: 6, shape: [3, 2], strides: [1, 3])),
                .init("made/data/0", values),
            ])
            .bytes()
        ] + names.map { try content(fixture("imports/" + $0)) }
    }

    static func read(_ input: [UInt8]) throws {
        let path = file("input.pt", input)
        let weights = try WeightFile(path: path)
        for (name, tensor) in weights.dictionaries.flatMap(\.tensors) {
            expectOwnErrors { _ = try weights.values(of: tensor, named: name, as: Float.self) }
            expectOwnErrors { _ = try weights.values(of: tensor, named: name, as: Int.self) }
        }
        let networks = weights.dictionaries.map { PublishedTensors(shapes: $0.tensors.mapValues(\.shape)) }
        for model in ModelRegistry.importing where networks.contains(where: { model.player(of: $0) != nil }) {
            expectOwnErrors { _ = try WeightImport([path], as: model) }
        }
    }
}
