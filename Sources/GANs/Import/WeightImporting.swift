import Networks
import Tensors

/// A configuration of a model that takes weights which other programs published.
///
/// The settings follow from the tensors' shapes. Where names or layouts differ from the model's own, `origin` says what
/// each of the model's tensors is made of.
public protocol WeightImporting: ModelConfiguration {
    /// Whose networks are taken, in words.
    static var importedLayouts: String { get }

    /// Whose network some tensors are of; nil where they are of none of this model.
    static func player(of tensors: PublishedTensors) -> Phase.Player?
    /// Takes over the settings that a network's tensors tell.
    ///
    /// - Throws: `ConfigurationError` where the network computes otherwise than the model's does.
    mutating func adopt(_ player: Phase.Player, _ tensors: PublishedTensors) throws(ConfigurationError)
    /// What one of the model's tensors is made of.
    ///
    /// - Parameters:
    ///   - name: of the tensor in its network.
    ///   - shape: of the tensor.
    func origin(
        of name: String, _ shape: [Int], _ player: Phase.Player, in tensors: PublishedTensors
    ) -> TensorOrigin
    /// Whether a published tensor has no counterpart and needs none, such as a filter that is always the same.
    static func leavesOut(_ name: String) -> Bool
}

extension WeightImporting {
    /// A tensor of the same name and layout.
    public func origin(
        of name: String, _ shape: [Int], _ player: Phase.Player, in tensors: PublishedTensors
    ) -> TensorOrigin { TensorOrigin(name, shape) }

    /// Nothing is left out.
    public static func leavesOut(_ name: String) -> Bool { false }
}

/// Names and shapes of a network's tensors in another program's file.
public struct PublishedTensors: Sendable {
    let shapes: [String: [Int]]

    /// The shape of a tensor; nil where there is none of this name.
    public subscript(name: String) -> [Int]? { shapes[name] }

    /// An extent of a tensor, from 1 to 2^20: one without elements may have any extents.
    ///
    /// - Throws: `ConfigurationError` where there is no such tensor, axis or extent.
    func extent(_ axis: Int, of name: String) throws(ConfigurationError) -> Int {
        guard let shape = shapes[name], shape.indices.contains(axis), (1...1 << 20).contains(shape[axis])
        else {
            throw ConfigurationError("its tensor \"\(name)\" is missing, or of another kind")
        }
        return shape[axis]
    }

    /// How many numbers from 0 on make the name of a tensor.
    func count(_ name: (Int) -> String) -> Int {
        var count = 0
        while shapes[name(count)] != nil { count += 1 }
        return count
    }
}

/// What a tensor is made of.
public struct TensorOrigin {
    /// Of the published tensor.
    let name: String
    /// The shape that it must have.
    let shape: [Int]
    /// From its elements to the model's.
    let converted: ([Scalar]) -> [Scalar]

    /// - Parameters:
    ///   - name: of the published tensor.
    ///   - shape: that it must have.
    ///   - converted: from its elements, in row-major order, to those of the model's tensor.
    init(_ name: String, _ shape: [Int], converted: @escaping ([Scalar]) -> [Scalar] = { $0 }) {
        (self.name, self.shape, self.converted) = (name, shape, converted)
    }
}
