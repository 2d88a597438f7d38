import Checkpoints
import Foundation

/// Reference values from PyTorch: named arrays from a file in Tests/Fixtures.
public struct Golden {
    /// An array in row-major order.
    public struct Array {
        /// The extents, outermost first.
        public let shape: [Int]
        /// The elements in row-major order.
        public let values: [Double]

        /// The elements in single precision.
        public var floats: [Float] { values.map(Float.init) }
    }

    /// What the file says of itself, as JSON: the version of PyTorch that computed it, and the settings.
    public let about: String
    /// The arrays' names in the file's order.
    public let names: [String]
    private let arrays: [String: Array]

    /// Loads `Tests/Fixtures/<name>.safetensors`.
    public static func load(_ name: String) throws -> Golden {
        let file = try SafetensorsFile(path: fixture("\(name).safetensors"))
        var arrays: [String: Array] = [:]
        for tensor in file.tensors {
            let values: [Double] =
                switch tensor.type {
                case .float32, .float64: try file.values(tensor.name)
                default: try file.values(tensor.name, as: Int.self).map(Double.init)
                }
            arrays[tensor.name] = Array(shape: tensor.shape, values: values)
        }
        return Golden(about: file.metadata["about"] ?? "", names: file.tensors.map(\.name), arrays: arrays)
    }

    /// The array of this name; traps where the file holds none.
    public subscript(name: String) -> Array {
        guard let array = arrays[name] else { fatalError("no array \"\(name)\" among \(names)") }
        return array
    }

    /// The path of a file in Tests/Fixtures.
    public static func fixture(_ fileName: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures").appendingPathComponent(fileName).path
    }
}
