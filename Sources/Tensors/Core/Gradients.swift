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
///   - keepGraph: leaves the recorded computation in place for another call. By default memory is given
///     back while the gradient goes through, and a second call traps.
/// - Returns: a tensor of each target's shape, in their order.
public func gradients(
    of output: Tensor, withRespectTo targets: [Tensor], cotangent: Tensor? = nil, createGraph: Bool = false,
    keepGraph: Bool = false
) -> [Tensor] {
    require(
        cotangent.map { $0.shape == output.shape } ?? (output.shape.count == 1),
        "gradients: output has shape \(output.shape), cotangent \(cotangent?.shape.description ?? "none")")
    let targetNodes = targets.map { target -> Node in
        guard let node = target.node else {
            fatalError("gradients: a target of shape \(target.shape) is no variable and was not recorded")
        }
        return node
    }
    guard let root = output.node else { return targets.map { .zeros($0.shape) } }

    let path = nodesOnPath(from: root, to: targetNodes)
    let targetNumbers = Set(targetNodes.map(\.number))
    var cotangents: [UInt64: Tensor] = [:]
    if !path.isEmpty {
        let seed = cotangent ?? Tensor(repeating: 1, shape: output.shape)
        cotangents[root.number] = createGraph ? seed : seed.detached
    }
    for node in path where !node.isVariable {
        let needs = node.inputs.map { path.contains($0.node) }
        guard needs.contains(true), let received = cotangents[node.number] else { continue }
        if !targetNumbers.contains(node.number) { cotangents[node.number] = nil }
        propagate(received, through: node, needs: needs, createGraph: createGraph, into: &cotangents)
        if !createGraph && !keepGraph { node.release() }
    }
    return zip(targets, targetNodes).map { target, node in
        cotangents[node.number] ?? .zeros(target.shape)
    }
}

/// The nodes between `root` and any of the targets, both included, by falling number: every node comes
/// before the ones it was computed from.
private func nodesOnPath(from root: Node, to targets: [Node]) -> NodePath {
    let targetNumbers = Set(targets.map(\.number))
    let oldest = targetNumbers.min() ?? 0
    var reached: [UInt64: Node] = [root.number: root]
    var pending = [root]
    while let node = pending.popLast() {
        // No target lies behind the oldest one; behind any other, a released part would hide it.
        require(
            !node.isReleased || node.number == oldest,
            "gradients: part of this computation was released by an earlier call; pass keepGraph: true there")
        for case let input? in node.inputs.map(\.node)
        where input.number >= oldest && reached[input.number] == nil {
            reached[input.number] = input
            pending.append(input)
        }
    }
    var onPath: Set<UInt64> = []
    let ascending = reached.values.sorted { $0.number < $1.number }
    for node in ascending {
        let leads = node.inputs.contains { $0.node.map { onPath.contains($0.number) } ?? false }
        if leads || targetNumbers.contains(node.number) { onPath.insert(node.number) }
    }
    return NodePath(nodes: ascending.reversed().filter { onPath.contains($0.number) }, numbers: onPath)
}

private struct NodePath: Sequence {
    let nodes: [Node]
    let numbers: Set<UInt64>

    var isEmpty: Bool { nodes.isEmpty }
    func contains(_ node: Node?) -> Bool { node.map { numbers.contains($0.number) } ?? false }
    func makeIterator() -> IndexingIterator<[Node]> { nodes.makeIterator() }
}

private func propagate(
    _ cotangent: Tensor, through node: Node, needs: [Bool], createGraph: Bool,
    into cotangents: inout [UInt64: Tensor]
) {
    guard let operation = node.operation else { return }
    let results = operation.gradient(
        Backward(node: node, cotangent: cotangent, needs: needs, createGraph: createGraph))
    for (index, input) in node.inputs.enumerated() where needs[index] {
        guard let inputNode = input.node else { continue }
        guard index < results.count, let gradient = results[index] else {
            fatalError("\(node.name): the gradient rule gave none for input \(index)")
        }
        require(
            gradient.shape == input.shape,
            "\(node.name): gradient of shape \(gradient.shape) for input \(index) of shape \(input.shape)")
        cotangents[inputNode.number] = cotangents[inputNode.number].map { $0 + gradient } ?? gradient
    }
}
