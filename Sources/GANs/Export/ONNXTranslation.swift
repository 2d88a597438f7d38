import Tensors

/// Why a network cannot be written as a graph of ONNX operators.
struct ONNXError: Error {
    let detail: String
}

/// Writes a computation as a graph of ONNX operators.
///
/// The computation is recorded twice, of batches of two sizes and, where that is possible, of images of two sizes: what
/// differs between the two follows from the input, all else is constant. Activations `[n, h, w, c]` are
/// `[n, c, h, w]` in the graph; tensors of any other rank are as they are here.
struct ONNXTranslation {
    /// A value of the graph, with what it was in both recordings.
    struct Value {
        let name: String
        let one, other: Shape
    }

    /// What goes into an operation: a value of the graph, or a constant.
    enum Operand {
        case value(Value)
        case constant(one: Tensor, other: Tensor)

        var rank: Int {
            switch self {
            case .value(let value): value.one.rank
            case .constant(let one, _): one.shape.rank
            }
        }
    }

    var graph = ONNXGraph()
    private var values: [Tensor.Identity: Value] = [:]
    private var constants: [Constant: String] = [:]
    /// A graph's input whose first extent is the batch's.
    private let batchSource: String

    private struct Constant: Hashable {
        let identity: Tensor.Identity
        /// Beside activations of so many axes; nil of weights, which keep their layout.
        let rank: Int?
    }

    /// - Parameter inputs: names with the tensors of both recordings.
    init(inputs: [(name: String, one: Tensor, other: Tensor)]) {
        batchSource = inputs[0].name
        for input in inputs {
            values[input.one.identity] = Value(
                name: input.name, one: input.one.shape, other: input.other.shape)
        }
    }

    /// Adds all operations that results depend on.
    ///
    /// - Returns: the results.
    mutating func add(
        _ one: ComputationTrace, _ other: ComputationTrace, results: [Tensor]
    ) throws(ONNXError) -> [Value] {
        guard one.steps.map({ $0.operation?.kind }) == other.steps.map({ $0.operation?.kind }) else {
            throw ONNXError(detail: "its operations depend on how many images it is given")
        }
        let needed = neededSteps(of: one, for: results)
        for (first, second) in zip(one.steps, other.steps) {
            guard needed.contains(first.output.identity), values[first.output.identity] == nil else {
                continue
            }
            let operands = zip(first.inputs, second.inputs).map { operand($0, $1) }
            guard operands.contains(where: \.isValue) else { continue }
            guard let operation = first.operation, let twin = second.operation else {
                throw ONNXError(detail: "there is no ONNX operator for \"\(first.name)\"")
            }
            let name = try name(
                of: operation, twin, operands, one: first.output.shape, other: second.output.shape)
            values[first.output.identity] = Value(
                name: name, one: first.output.shape, other: second.output.shape)
        }
        return try results.map { result throws(ONNXError) in
            guard let value = values[result.identity] else {
                throw ONNXError(detail: "what it makes does not depend on its input")
            }
            return value
        }
    }

    /// Outputs that results are computed from.
    private func neededSteps(of trace: ComputationTrace, for results: [Tensor]) -> Set<Tensor.Identity> {
        var needed = Set(results.map(\.identity))
        for step in trace.steps.reversed() where needed.contains(step.output.identity) {
            let inputs = step.operation?.usedInputs.map { step.inputs.prefix($0) } ?? step.inputs[...]
            needed.formUnion(inputs.map(\.identity))
        }
        return needed
    }

    private func operand(_ one: Tensor, _ other: Tensor) -> Operand {
        values[one.identity].map { .value($0) } ?? .constant(one: one, other: other)
    }

    /// A constant's name, in the graph's layout beside activations of some rank: extents of 1 in front are added that it
    /// lacks. Where its first extent is the batch's, all rows must be the same, of which one is kept.
    mutating func name(
        ofConstant one: Tensor, _ other: Tensor, besideRank rank: Int? = nil
    ) throws(ONNXError) -> String {
        // The recording holds it, so that its identity holds.
        let key = Constant(identity: one.identity, rank: rank)
        if let known = constants[key] { return known }
        var constant = try Self.constant(one, other)
        if rank == 4 {
            let missing = [Int](repeating: 1, count: 4 - constant.shape.rank)
            constant = constant.reshaped(Shape(missing + constant.shape.dimensions)).transposed([0, 3, 1, 2])
        }
        let name = graph.constant(constant.scalars, constant.shape.dimensions)
        constants[key] = name
        return name
    }

    /// What is the same in both recordings.
    private static func constant(_ one: Tensor, _ other: Tensor) throws(ONNXError) -> Tensor {
        let dependent = ONNXError(detail: "a part of it depends on the input otherwise than by operators")
        if one.shape == other.shape {
            guard one.scalars == other.scalars else { throw dependent }
            return one
        }
        let rows = [one, other].map { $0.sliced(axis: 0, 0..<1) }
        guard rows[0].shape == rows[1].shape, rows[0].scalars == rows[1].scalars else { throw dependent }
        for tensor in [one, other] {
            for row in 0..<tensor.shape[0]
            where tensor.sliced(axis: 0, row..<row + 1).scalars != rows[0].scalars { throw dependent }
        }
        return rows[0]
    }

    /// The name of an operand beside activations of some rank.
    mutating func name(_ operand: Operand, besideRank rank: Int) throws(ONNXError) -> String {
        switch operand {
        case .value(let value):
            // Fewer axes count from the last one, as here.
            guard value.one.rank == rank || rank != 4 && value.one.rank < min(rank, 4) else {
                throw ONNXError(detail: "values of \(value.one.rank) and \(rank) axes meet in it")
            }
            return value.name
        case .constant(let one, let other): return try name(ofConstant: one, other, besideRank: rank)
        }
    }

    /// Extents as a list of integers: 0 for one that is the input's, -1 for one that follows from the others.
    ///
    /// - Parameter input: that is reshaped.
    mutating func extents(
        _ one: [Int], _ other: [Int], of input: (one: [Int], other: [Int])
    ) throws(ONNXError) -> String {
        var open = 0
        let extents = one.indices.map { axis -> Int in
            if one[axis] == other[axis] { return one[axis] }
            if axis < input.one.count, input.one[axis] == one[axis], input.other[axis] == other[axis] {
                return 0
            }
            open += 1
            return -1
        }
        guard open <= 1 else { throw ONNXError(detail: "a change of its shape depends on the input") }
        return graph.constant(extents)
    }

    /// Extents whose first is the batch's, and whose height and width may be those of other activations, as a value
    /// of the graph.
    mutating func extents(broadcastTo one: [Int], _ other: [Int]) throws(ONNXError) -> String {
        if one == other { return graph.constant(one) }
        func shape(_ name: String, _ axes: Range<Int>) -> String {
            graph.add(
                "Shape", [name], [("start", .int(axes.lowerBound)), ("end", .int(axes.upperBound))])
        }
        if one.dropFirst() == other.dropFirst() {
            let rest = graph.constant(Array(one.dropFirst()))
            return graph.add("Concat", [shape(batchSource, 0..<1), rest], [("axis", .int(0))])
        }
        guard one.count == 4, one[1] == other[1], let alike = activations(of: one, other) else {
            throw ONNXError(detail: "a part of it is repeated as often as the input says")
        }
        let parts = [shape(batchSource, 0..<1), graph.constant([one[1]]), shape(alike, 2..<4)]
        return graph.add("Concat", parts, [("axis", .int(0))])
    }

    /// The first activations of the same height and width in both recordings.
    private func activations(of one: [Int], _ other: [Int]) -> String? {
        func isAlike(_ shape: Shape, _ extents: [Int]) -> Bool {
            shape.rank == 4 && [shape[1], shape[2]] == extents.suffix(2)
        }
        return values.values.filter { isAlike($0.one, one) && isAlike($0.other, other) }.map(\.name)
            .min { ($0.count, $0) < ($1.count, $1) }
    }
}

extension ONNXTranslation.Operand {
    var isValue: Bool { if case .value = self { true } else { false } }
}

extension TracedOperation {
    /// Which operation it is, without what follows from the sizes of its inputs.
    fileprivate var kind: String { "\(self)".prefix { $0 != "(" }.description }

    /// How many of the inputs it is computed from; nil for all.
    fileprivate var usedInputs: Int? { if case .normalized = self { 3 } else { nil } }
}

/// Where the axes of a tensor lie in the graph, and which of its axes lie where.
enum ONNXLayout {
    /// The place of an axis in the graph.
    static func place(of axis: Int, rank: Int) -> Int { rank == 4 ? [0, 2, 3, 1][axis] : axis }
    /// The axis at a place in the graph.
    static func axis(at place: Int, rank: Int) -> Int { rank == 4 ? [0, 3, 1, 2][place] : place }
    /// Extents as they are in the graph.
    static func stored(_ shape: Shape) -> [Int] {
        (0..<shape.rank).map { shape[axis(at: $0, rank: shape.rank)] }
    }
}
