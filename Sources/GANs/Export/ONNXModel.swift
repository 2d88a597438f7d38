import Files
import Tensors

/// A trained network as an ONNX file, which programs in other languages and on other processors run.
///
/// The network is run and recorded, so that whatever is made of the package's operations can be written. Batches may be
/// of any size, and images too where no part of the network depends on their size.
public struct ONNXModel {
    /// How images are given out.
    public enum ImageForm: String, CaseIterable, Sendable {
        /// `[batch, channels, height, width]`, numbers from -1 to 1.
        case float
        /// `[batch, height, width, channels]`, bytes from 0 to 255.
        case uint8
    }

    /// What goes into a network.
    struct Input {
        let name: String
        /// Extents behind the batch, `[h, w, c]` of images.
        let extents: [Int]
        /// In words, for the file's metadata.
        let meaning: String

        var isOfImages: Bool { extents.count == 3 }
    }

    /// What comes out of a network.
    struct Output {
        let name: String
        let meaning: String
        /// The form of images; nil of other outputs.
        var images: ImageForm?
    }

    private let file: ProtocolBuffer

    /// Writes the file.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func write(to path: String) throws { try AtomicFile.write(file.bytes, to: path) }

    /// - Parameters:
    ///   - model: the model's name.
    ///   - isOfAnySize: whether images may be larger; where a part of the network depends on their size after all, they
    ///     have the inputs' size.
    ///   - pack: what the size of a batch must be a multiple of.
    ///   - run: the network, from a tensor for each input to one for each output.
    /// - Throws: `ConfigurationError` if there is no ONNX operator for a part of the network.
    init(
        of model: String, _ inputs: [Input], _ outputs: [Output], isOfAnySize: Bool = false, pack: Int = 1,
        _ run: ([Tensor]) -> [Tensor]
    ) throws(ConfigurationError) {
        func file(growth: Int) throws(ONNXError) -> ProtocolBuffer {
            try Self.file(model, inputs, outputs, growth: growth, pack: pack, run)
        }
        do throws(ONNXError) {
            let ofAnySize = isOfAnySize ? try? file(growth: 2) : nil
            if let ofAnySize { self.file = ofAnySize } else { self.file = try file(growth: 1) }
        } catch {
            throw ConfigurationError("the network of a \(model) cannot be written for ONNX: \(error.detail)")
        }
    }

    /// - Parameter growth: how many times larger images are in the second recording.
    private static func file(
        _ model: String, _ inputs: [Input], _ outputs: [Output], growth: Int, pack: Int,
        _ run: ([Tensor]) -> [Tensor]
    ) throws(ONNXError) -> ProtocolBuffer {
        var stream = RandomStream(seed: 0, purpose: .latents)
        func tensors(batch: Int, growth: Int) -> [Tensor] {
            inputs.map { input in
                let extents =
                    input.isOfImages
                    ? [growth * input.extents[0], growth * input.extents[1], input.extents[2]] : input.extents
                return Tensor.normal(Shape([batch] + extents), from: &stream).tanh()
            }
        }
        let (one, other) = (tensors(batch: 2 * pack, growth: 1), tensors(batch: 3 * pack, growth: growth))
        let first = ComputationTrace.recording { run(one) }
        let second = ComputationTrace.recording { run(other) }
        var translation = ONNXTranslation(
            inputs: zip(inputs, zip(one, other)).map { ($0.name, $1.0, $1.1) })
        let results = try translation.add(first.trace, second.trace, results: first.result)
        let ports = zip(inputs, zip(one, other)).map { input, tensors in
            ONNXGraph.Port(
                name: input.name, extents: extents(tensors.0.shape, tensors.1.shape), elementType: .float)
        }
        let given = zip(outputs, results).map { translation.giveOut($1, as: $0, pack: pack) }
        let meanings = inputs.map { ($0.name, $0.meaning) } + outputs.map { ($0.name, $0.meaning) }
        return translation.graph.model(
            name: model, inputs: ports, outputs: given, metadata: [("model", model)] + meanings)
    }

    /// Extents in the graph's order: those that differ have names.
    fileprivate static func extents(_ one: Shape, _ other: Shape, pack: Int = 1) -> [ONNXGraph.Extent] {
        let names = [pack == 1 ? "batch" : "batch / \(pack)", "channels", "height", "width"]
        return zip(ONNXLayout.stored(one), ONNXLayout.stored(other)).enumerated().map { place, extents in
            extents.0 == extents.1
                ? .fixed(extents.0) : .any(place < names.count ? names[place] : "n\(place)")
        }
    }
}

extension ONNXTranslation {
    /// Makes a value the graph's output.
    fileprivate mutating func giveOut(
        _ value: Value, as output: ONNXModel.Output, pack: Int
    ) -> ONNXGraph.Port {
        let (name, extents) = (output.name, ONNXModel.extents(value.one, value.other, pack: pack))
        guard output.images == .uint8 else {
            _ = graph.add("Identity", [value.name], output: name)
            return ONNXGraph.Port(name: name, extents: extents, elementType: .float)
        }
        func number(_ value: Scalar) -> String { graph.constant([value], []) }
        // As bytes are made of images here: the cast cuts off what is behind the point.
        let scaled = graph.add("Add", [graph.add("Mul", [value.name, number(127.5)]), number(128)])
        let whole = graph.add("Clip", [scaled, number(0), number(255)])
        let rows = graph.add("Transpose", [whole], [("perm", .ints([0, 2, 3, 1]))])
        _ = graph.add("Cast", [rows], [("to", .int(ONNXGraph.ElementType.uint8.rawValue))], output: name)
        return ONNXGraph.Port(
            name: name, extents: [extents[0], extents[2], extents[3], extents[1]], elementType: .uint8)
    }
}
