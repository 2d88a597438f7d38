import Kernels

/// The gradients of the sum of some losses, which are differentiated one after the other, as means over all shards of a
/// batch.
///
/// Each is added as soon as it is known, so that few are held beside the sums, and those of the last loss are exchanged
/// among processes while the rest is computed.
package final class GradientSums {
    private let targets: [Tensor]
    /// Nil for a target that no loss so far depends on.
    private var sums: [Tensor?]
    private var isEmpty = true
    /// Nil until the last loss is differentiated, and where a batch has one shard.
    private var means: ShardMeans?
    private var isShared: [Bool]

    /// - Parameter targets: variables, or results of recorded operations.
    package init(of targets: [Tensor]) {
        self.targets = targets
        sums = Array(repeating: nil, count: targets.count)
        isShared = Array(repeating: false, count: targets.count)
    }

    /// Adds the gradients of a loss, a scalar, whose recorded computation is released.
    ///
    /// - Parameter isLast: whether no other loss follows, so that its gradients may be exchanged at once.
    package func add(_ loss: Tensor, isLast: Bool = false) {
        isEmpty = false
        if isLast { means = Shards.beginMeans(of: targets.count) }
        forEachGradient(of: loss, withRespectTo: targets) { index, gradient in
            if sums[index] == nil { sums[index] = gradient } else { sums[index]?.add(gradient) }
            if isLast { share(index) }
        }
    }

    /// Has something done once in each process with the means over all shards, one for each target; not at all where no
    /// loss was added.
    package func withMeans(_ body: ([Tensor]) -> Void) {
        if isEmpty { return }
        if means == nil { means = Shards.beginMeans(of: targets.count) }
        for index in targets.indices where !isShared[index] { share(index) }
        Shards.once {
            means?.wait()
            body(sums.compactMap(\.self))
        }
    }

    private func share(_ index: Int) {
        isShared[index] = true
        var sum = sums[index] ?? .zeros(targets[index].shape)
        sums[index] = nil
        if means != nil { sum.ownScalars() }
        means?.add(index, sum.pointer, count: sum.shape.count)
        sums[index] = sum
    }
}
