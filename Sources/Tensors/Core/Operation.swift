import Kernels
import Synchronization

/// A value that the gradient of an operation is computed from.
enum Operand: Hashable, Sendable {
    case input(Int)
    case output
}

/// A recorded operation: what it keeps, and its gradient rule.
struct Operation: Sendable {
    /// For error messages.
    let name: StaticString
    /// For each input that has a gradient, the values that it is computed from.
    ///
    /// Nothing else is kept in memory until then, and nothing at all for inputs that no gradient flows
    /// through.
    let uses: [[Operand]]
    /// The gradient in each input, given that in the output.
    ///
    /// It captures no tensor (tensors are not `Sendable`, so the compiler rejects it) and is written in
    /// differentiable operations, so that one rule serves every order.
    let gradient: @Sendable (Backward) -> [Tensor?]
    /// What it computes, in the form that a trace of a computation keeps; nil of gradients' own operations and others
    /// that a trained network is not made from.
    let traced: TracedOperation?

    init(
        name: StaticString, as traced: TracedOperation? = nil, uses: [[Operand]],
        gradient: @escaping @Sendable (Backward) -> [Tensor?]
    ) {
        (self.name, self.traced, self.uses, self.gradient) = (name, traced, uses, gradient)
    }
}

/// What a gradient rule is given.
struct Backward {
    let node: Node
    /// The gradient in the output.
    let cotangent: Tensor
    /// Which inputs a gradient is wanted for.
    let needs: [Bool]
    /// Whether the gradients will be differentiated themselves; if not, fused kernels may compute them.
    let createGraph: Bool

    var inputShapes: [Shape] { node.inputs.map(\.shape) }

    func input(_ index: Int) -> Tensor {
        let input = node.inputs[index]
        guard let storage = input.storage else {
            fatalError("\(node.name): the gradient rule reads input \(index), which it does not declare")
        }
        return Tensor(storage, input.shape, node: createGraph ? input.node : nil)
    }

    var output: Tensor {
        guard let storage = node.output else {
            fatalError("\(node.name): the gradient rule reads the output, which it does not declare")
        }
        return Tensor(storage, node.outputShape, node: createGraph ? node : nil)
    }
}

/// A step of a recorded computation.
final class Node {
    struct Input {
        let node: Node?
        let shape: Shape
        let storage: Storage?
    }

    /// Rises with time, so that an output's number is above its inputs'.
    let number: UInt64
    let outputShape: Shape
    private(set) var operation: Operation?
    private(set) var inputs: [Input]
    private(set) var output: Storage?
    let isVariable: Bool

    private static let lastNumber = Atomic<UInt64>(0)

    init(_ operation: Operation?, inputs: [Input], output: Storage?, outputShape: Shape) {
        number = Node.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue
        self.operation = operation
        self.inputs = inputs
        self.output = output
        self.outputShape = outputShape
        isVariable = operation == nil
    }

    static func variable(_ shape: Shape) -> Node {
        Node(nil, inputs: [], output: nil, outputShape: shape)
    }

    var name: String { operation.map { "\($0.name)" } ?? "variable" }
    /// Whether the gradient already went through here and released what it needed.
    var isReleased: Bool { operation == nil && !isVariable }

    /// Releases inputs and output once the gradient has passed.
    func release() {
        guard !isVariable else { return }
        operation = nil
        output = nil
        releaseInputs()
    }

    deinit { releaseInputs() }

    /// Releases the inputs one by one: a long chain released by recursion would overflow the stack.
    private func releaseInputs() {
        var pending = inputs.compactMap(\.node)
        inputs = []
        while var node = pending.popLast() {
            if isKnownUniquelyReferenced(&node) {
                pending += node.inputs.compactMap(\.node)
                node.inputs = []
            }
        }
    }
}

extension Tensor {
    /// The result of an operation, recorded if a gradient flows through any input.
    ///
    /// - Parameter inputs: the operation's inputs and, behind them, values its gradient needs that have
    ///   no gradient themselves.
    init(_ storage: Storage, _ shape: Shape, from inputs: [Tensor], _ operation: @autoclosure () -> Operation)
    {
        ComputationTrace.record(operation(), of: inputs, output: Tensor(storage, shape))
        guard inputs.contains(where: { $0.node != nil }) else {
            self.init(storage, shape)
            return
        }
        let operation = operation()
        func isUsed(_ operand: Operand) -> Bool {
            zip(inputs, operation.uses).contains { $0.node != nil && $1.contains(operand) }
        }
        let nodeInputs = inputs.enumerated().map { index, input in
            Node.Input(
                node: input.node, shape: input.shape,
                storage: isUsed(.input(index)) ? input.storage : nil)
        }
        let node = Node(
            operation, inputs: nodeInputs, output: isUsed(.output) ? storage : nil, outputShape: shape)
        self.init(storage, shape, node: node)
    }
}
