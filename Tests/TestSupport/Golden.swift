import Checkpoints
import Foundation

/// Reference values from PyTorch: named arrays from a file in Tests/Fixtures.
public struct Golden {
    /// An array in row-major order.
    public struct Array {
        public let shape: [Int]
        public let values: [Double]

        public var floats: [Float] { values.map(Float.init) }
    }

    /// What the file says of itself: `torch`, the version that computed the values, and the settings.
    public let metadata: [String: String]
    /// The arrays' names in the file's order.
    public let names: [String]
    private let arrays: [String: Array]

    /// Loads `Tests/Fixtures/<name>.safetensors`.
    public static func load(_ name: String) throws -> Golden {
        let file = try SafetensorsFile(path: fixture("\(name).safetensors"))
        var arrays: [String: Array] = [:]
        for tensor in file.tensors {
            arrays[tensor.name] = Array(shape: tensor.shape, values: try file.values(tensor.name))
        }
        return Golden(metadata: file.metadata, names: file.tensors.map(\.name), arrays: arrays)
    }

    /// The array of this name; traps where the file holds none.
    public subscript(name: String) -> Array {
        guard let array = arrays[name] else { fatalError("no array \"\(name)\" among \(names)") }
        return array
    }

    /// The path of a file in Tests/Fixtures.
    public static func fixture(_ fileName: String, from source: String = #filePath) -> String {
        URL(fileURLWithPath: source).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(fileName).path
    }
}
