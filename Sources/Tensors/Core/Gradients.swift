/// The gradients of a scalar, or of the projection of a tensor on a cotangent, in some of the tensors it
/// was computed from.
///
/// Only operations on a path from a target to `output` are visited: the gradient in a generator's
/// parameters never computes those in the discriminator's. A target that `output` does not depend on has
/// a gradient of zeros.
///
/// - Differentiable: with `createGraph`, to any order that the operations on the way allow.
/// - Parameters:
///   - output: the tensor to differentiate; of one element, unless a cotangent is given.
///   - targets: variables, or results of recorded operations.
///   - cotangent: the gradient in `output`, of its shape; one by default.
///   - createGraph: records the gradients' own computation, so that they can be differentiated. Keeps
///     the graph too.
///   - keepGraph: leaves the recorded computation in place for another call. By default memory is released as
///     the gradient passes, and a second call traps.
/// - Returns: a tensor of each target's shape, in their order.
public func gradients(
    of output: Tensor, withRespectTo targets: [Tensor], cotangent: Tensor? = nil, createGraph: Bool = false,
    keepGraph: Bool = false
) -> [Tensor] {
    require(
        cotangent.map { $0.shape == output.shape } ?? (output.shape.count == 1),
        "gradients: output has shape \(output.shape), cotangent \(cotangent?.shape.description ?? "none")")
    let seed = cotangent ?? Tensor(repeating: 1, shape: output.shape)
    var found = [Tensor?](repeating: nil, count: targets.count)
    backpropagate(seed, from: output, to: targets, createGraph: createGraph, keepGraph: keepGraph) {
        found[$0] = $1
    }
    return zip(targets, found).map { target, gradient in gradient ?? .zeros(target.shape) }
}

/// The gradients of a scalar, each as soon as no other operation adds to it. The recorded computation is released.
///
/// - Parameters:
///   - targets: variables, or results of recorded operations.
///   - whenKnown: is given a target's index and gradient; never, for one that the output does not depend on.
func forEachGradient(
    of output: Tensor, withRespectTo targets: [Tensor], _ whenKnown: (Int, Tensor) -> Void
) {
    require(output.shape.count == 1, "gradients: output has shape \(output.shape)")
    backpropagate(
        Tensor(repeating: 1, shape: output.shape), from: output, to: targets, whenKnown: whenKnown)
}

/// Goes from an output back to targets.
///
/// - Parameter whenKnown: is given a target's index and gradient as soon as no other operation adds to it; never, for
///   one that the output does not depend on.
private func backpropagate(
    _ seed: Tensor, from output: Tensor, to targets: [Tensor], createGraph: Bool = false,
    keepGraph: Bool = false, whenKnown: (Int, Tensor) -> Void
) {
    let targetNodes = targets.map { target -> Node in
        guard let node = target.node else {
            fatalError("gradients: a target of shape \(target.shape) is no variable and was not recorded")
        }
        return node
    }
    guard let root = output.node else { return }
    let path = NodePath(from: root, to: targetNodes)
    if path.nodes.isEmpty { return }
    var targetsAt = [[Int]](repeating: [], count: path.nodes.count)
    for (index, node) in targetNodes.enumerated() { path.place(of: node).map { targetsAt[$0].append(index) } }
    let inputs = path.nodes.map { node in node.inputs.map { $0.node.flatMap(path.place(of:)) } }
    // How many operations have yet to add to a node's gradient.
    var uses = [Int](repeating: 0, count: path.nodes.count)
    for case let place? in inputs.joined() { uses[place] += 1 }

    var cotangents = [Tensor?](repeating: nil, count: path.nodes.count)
    cotangents[0] = createGraph ? seed : seed.detached
    for (place, node) in path.nodes.enumerated() {
        guard let received = cotangents[place] else { continue }
        cotangents[place] = nil
        if place == 0 || !node.isVariable { for index in targetsAt[place] { whenKnown(index, received) } }
        guard inputs[place].contains(where: { $0 != nil }) else { continue }
        propagate(received, through: node, to: inputs[place], createGraph: createGraph, into: &cotangents)
        for case let input? in inputs[place] {
            uses[input] -= 1
            // Variables come last: theirs would be held until then.
            guard uses[input] == 0, path.nodes[input].isVariable, let known = cotangents[input] else {
                continue
            }
            cotangents[input] = nil
            for index in targetsAt[input] { whenKnown(index, known) }
        }
        if !createGraph && !keepGraph { node.release() }
    }
}

/// The nodes between a root and any of some targets, both included, by falling number: every node comes
/// before the ones it was computed from.
private struct NodePath {
    let nodes: [Node]

    init(from root: Node, to targets: [Node]) {
        let oldest = targets.map(\.number).min() ?? 0
        let reached = NodePath.nodes(behind: root, from: oldest)
        // From the oldest on: a node leads to a target if it is one or was computed from one that does.
        var leads = [Bool](repeating: false, count: reached.count)
        for place in reached.indices.reversed() {
            let node = reached[place]
            leads[place] =
                targets.contains { $0 === node }
                || node.inputs.contains { input in
                    input.node.flatMap(reached.place(of:)).map { leads[$0] } ?? false
                }
        }
        nodes = zip(reached, leads).filter(\.1).map(\.0)
    }

    /// The index of a node in `nodes`; nil for one that is not on the path.
    func place(of node: Node) -> Int? { nodes.place(of: node) }

    /// A root and all that it was computed from, by falling number, without what is older than the oldest
    /// target.
    private static func nodes(behind root: Node, from oldest: UInt64) -> [Node] {
        var reached: [Node] = []
        // By rising number, so that the last is the next; few at a time, and new ones are mostly the last.
        var pending = [root]
        while let node = pending.popLast() {
            reached.append(node)
            // No target lies behind the oldest one; behind any other, a released part would hide it.
            require(
                !node.isReleased || node.number == oldest,
                "gradients: part of this computation was released by an earlier call; "
                    + "pass keepGraph: true there")
            for case let input? in node.inputs.lazy.map(\.node) where input.number >= oldest {
                let place = (pending.lastIndex { $0.number <= input.number } ?? -1) + 1
                if place == 0 || pending[place - 1] !== input { pending.insert(input, at: place) }
            }
        }
        return reached
    }
}

extension [Node] {
    /// The index of a node among nodes by falling number.
    fileprivate func place(of node: Node) -> Int? {
        var (first, end) = (0, count)
        while first < end {
            let middle = (first + end) / 2
            if self[middle].number > node.number { first = middle + 1 } else { end = middle }
        }
        return first < count && self[first] === node ? first : nil
    }
}

/// Adds a node's gradients to those of its inputs on the path, at their indices there.
private func propagate(
    _ cotangent: Tensor, through node: Node, to places: [Int?], createGraph: Bool,
    into cotangents: inout [Tensor?]
) {
    guard let operation = node.operation else { return }
    let results = operation.gradient(
        Backward(
            node: node, cotangent: cotangent, needs: places.map { $0 != nil }, createGraph: createGraph))
    for (index, place) in places.enumerated() {
        guard let place else { continue }
        guard index < results.count, let gradient = results[index] else {
            fatalError("\(node.name): the gradient rule gave none for input \(index)")
        }
        let shape = node.inputs[index].shape
        require(
            gradient.shape == shape,
            "\(node.name): gradient of shape \(gradient.shape) for input \(index) of shape \(shape)")
        if cotangents[place] == nil { cotangents[place] = gradient } else { cotangents[place]?.add(gradient) }
    }
}
