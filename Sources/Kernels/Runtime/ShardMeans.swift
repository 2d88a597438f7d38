import Foundation

/// The means of some arrays over all shards, in place of those of each process's first shard, for what is done `once`;
/// those of others are lost.
///
/// All shards bring the arrays in the same order, each as soon as it is computed. Processes exchange one when all of
/// their shards have brought it, while they compute the next.
package final class ShardMeans: @unchecked Sendable {
    private let shards: Int
    private let lock = NSLock()
    /// Of each array those of this process's shards, as they come.
    private var brought: [[UnsafeMutablePointer<Scalar>?]]
    private var missing: [Int]

    init(of arrays: Int, shardsHere: Int, shards: Int) {
        self.shards = shards
        brought = Array(repeating: Array(repeating: nil, count: shardsHere), count: arrays)
        missing = Array(repeating: shardsHere, count: arrays)
    }

    /// Brings this shard's array of a number, which is not to be changed or released until all have been waited for.
    package func add(_ number: Int, _ values: UnsafeMutablePointer<Scalar>, count: Int) {
        let arrays = lock.withLock { () -> [UnsafeMutablePointer<Scalar>]? in
            brought[number][Shards.ownHere] = values
            missing[number] -= 1
            return missing[number] == 0 ? brought[number].compactMap(\.self) : nil
        }
        guard let arrays else { return }
        Shards.addTree(arrays, count: count)
        let (sum, share) = (Sum(values: arrays[0]), 1 / Scalar(shards))
        guard Ranks.count > 1 else { return Shards.scale(sum.values, count: count, by: share) }
        Ranks.exchangeInBackground {
            Ranks.sum(sum.values, count: count, by: .background)
            Shards.scale(sum.values, count: count, by: share)
        }
    }

    private struct Sum: @unchecked Sendable { let values: UnsafeMutablePointer<Scalar> }

    /// Waits until the first shard has all means; to be called `once`.
    package func wait() {
        if Ranks.count > 1 { Ranks.waitForBackground() }
    }
}
