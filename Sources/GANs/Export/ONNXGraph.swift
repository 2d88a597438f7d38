import Files
import Foundation
import Tensors

/// A graph of ONNX operators, built node by node.
///
/// - Source: the Open Neural Network Exchange's `onnx.proto`, IR version 8, operator set 17.
struct ONNXGraph {
    /// An operator's attribute.
    enum Attribute {
        case int(Int)
        case ints([Int])
        case float(Scalar)
        case string(String)
    }

    /// A value's name, and its extents: numbers, or names of those that may be any.
    struct Port {
        let name: String
        let extents: [Extent]
        let elementType: ElementType
    }

    enum Extent: Equatable {
        case fixed(Int)
        case any(String)
    }

    enum ElementType: Int { case float = 1, uint8 = 2, int64 = 7 }

    static let (irVersion, operatorSet) = (8, 17)

    private var nodes: [ProtocolBuffer] = []
    private var initializers: [ProtocolBuffer] = []
    private var names: [Constant: String] = [:]

    private enum Constant: Hashable { case int64s([Int]) }

    /// Adds an operator with one output.
    ///
    /// - Parameter inputs: names of values; an empty one leaves an optional input out.
    /// - Returns: the output's name.
    mutating func add(
        _ operator: String, _ inputs: [String], _ attributes: [(String, Attribute)] = [],
        output: String? = nil
    ) -> String {
        let output = output ?? "v\(nodes.count)"
        nodes.append(
            ProtocolBuffer { node in
                for input in inputs { node.add(1, input) }
                node.add(2, output)
                node.add(3, "\(`operator`)_\(nodes.count)")
                node.add(4, `operator`)
                for (name, attribute) in attributes { node.add(5) { $0.add(name, attribute) } }
            })
        return output
    }

    /// Adds a constant array of numbers.
    ///
    /// - Returns: its name.
    mutating func constant(_ values: [Scalar], _ extents: [Int], name: String? = nil) -> String {
        let data = values.map { Float($0).bitPattern.littleEndian }.withUnsafeBytes { Data($0) }
        return addInitializer(.float, extents, data, name: name)
    }

    /// Adds a constant list of integers, once.
    mutating func constant(_ values: [Int]) -> String {
        if let name = names[.int64s(values)] { return name }
        let data = values.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
        let name = addInitializer(.int64, [values.count], data, name: nil)
        names[.int64s(values)] = name
        return name
    }

    private mutating func addInitializer(
        _ type: ElementType, _ extents: [Int], _ data: Data, name: String?
    ) -> String {
        let name = name ?? "c\(initializers.count)"
        initializers.append(
            ProtocolBuffer { tensor in
                for extent in extents { tensor.add(1, extent) }
                tensor.add(2, type.rawValue)
                tensor.add(8, name)
                tensor.add(9, data)
            })
        return name
    }

    /// The whole file.
    ///
    /// - Parameter metadata: what a program shows of a model, by keys.
    func model(
        name: String, inputs: [Port], outputs: [Port], metadata: [(String, String)]
    ) -> ProtocolBuffer {
        ProtocolBuffer { model in
            model.add(1, Self.irVersion)
            model.add(2, "swift-gan")
            model.add(7) { graph in
                for node in nodes { graph.add(1, node.bytes) }
                graph.add(2, name)
                for tensor in initializers { graph.add(5, tensor.bytes) }
                for port in inputs { graph.add(11) { $0.add(port) } }
                for port in outputs { graph.add(12) { $0.add(port) } }
            }
            model.add(8) {
                $0.add(1, "")
                $0.add(2, Self.operatorSet)
            }
            for (key, value) in metadata {
                model.add(14) {
                    $0.add(1, key)
                    $0.add(2, value)
                }
            }
        }
    }
}

extension ProtocolBuffer {
    fileprivate mutating func add(_ name: String, _ attribute: ONNXGraph.Attribute) {
        add(1, name)
        switch attribute {
        case .float(let value):
            add(2, Float(value))
            add(20, 1)
        case .int(let value):
            add(3, value)
            add(20, 2)
        case .string(let value):
            add(4, value)
            add(20, 3)
        case .ints(let values):
            for value in values { add(8, value) }
            add(20, 7)
        }
    }

    fileprivate mutating func add(_ port: ONNXGraph.Port) {
        add(1, port.name)
        add(2) { type in
            type.add(1) { tensor in
                tensor.add(1, port.elementType.rawValue)
                tensor.add(2) { shape in
                    for extent in port.extents {
                        shape.add(1) { dimension in
                            switch extent {
                            case .fixed(let count): dimension.add(1, count)
                            case .any(let name): dimension.add(2, name)
                            }
                        }
                    }
                }
            }
        }
    }
}
