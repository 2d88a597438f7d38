import CLoops

/// The equal parts of every batch that a training computes apart, on one process or several, so that their number does
/// not matter: sums over the batch are sums over the shards in a fixed binary tree, `(0 + 1) + (2 + 3)`.
///
/// Each process computes as many as the others, which follow each other. All shards compute the same of their own images;
/// what they learn together, such as sums and the steps of optimizers, is done once in a process.
public enum Shards {
    /// How many there are: a power of two; 1 outside of a shared step.
    public static var count: Int { current?.count ?? 1 }
    /// Which of them is computed here, from 0.
    public static var own: Int { current?.number ?? 0 }
    /// Whether this is the first one of its process, which changes what no shard reads in the step.
    public static var isFirst: Bool { current?.numberHere ?? 0 == 0 }

    private struct Shard {
        let count: Int
        /// Among all shards, and among those of its process.
        let number: Int
        let numberHere: Int
        /// Nil where it is the only one of its process.
        let threads: ShardThreads?
    }
    /// What is computed here; nil outside of a shared step.
    @TaskLocal private static var current: Shard?

    /// A step of the training, which is computed for each shard.
    ///
    /// - Parameters:
    ///   - count: of all processes together, a power of two; at least one of each process.
    ///   - body: computes the same for every shard but for its images.
    /// - Returns: what the first shard of this process gives, or throws as all do.
    package static func sharing<Value, Failure>(
        _ count: Int, _ body: () throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let here = max(1, count / Ranks.count)
        guard here * Ranks.count > 1 else { return try body() }
        let threads = here == 1 ? nil : ShardThreads(here)
        func shard(_ number: Int) -> Result<Value, Failure> {
            let shard = Shard(
                count: here * Ranks.count, number: here * Ranks.own + number, numberHere: number,
                threads: threads)
            return $current.withValue(shard) { Result(catching: body) }
        }
        return try (threads.map { $0.run(shard) } ?? shard(0)).get()
    }

    /// Does once in each process what is the same for all its shards, when all have come to it.
    package static func once<Value>(_ body: () -> Value) -> Value {
        guard let current, let threads = current.threads else { return body() }
        return threads.once(current.numberHere, body)
    }

    /// The mean of the shards' numbers.
    package static func mean(_ value: Double) -> Double {
        if count == 1 { return value }
        var mean = value
        withUnsafeMutablePointer(to: &mean) { own in
            together(bringing: own) { numbers in
                let sum = sum(ofTree: Ranks.gathered(sum(ofTree: numbers.map(\.pointee))))
                for number in numbers { number.pointee = sum / Double(count) }
            }
        }
        return mean
    }

    /// The sum over the shards, in place.
    package static func sum(_ values: UnsafeMutablePointer<Scalar>, count: Int) {
        if self.count == 1 { return }
        together(bringing: values) { arrays in
            addTree(arrays, count: count)
            Ranks.sum(values, count: count)
            spread(arrays, count: count)
        }
    }

    /// The mean over the shards, in place.
    package static func average(_ values: UnsafeMutablePointer<Scalar>, count: Int) {
        if self.count == 1 { return }
        together(bringing: values) { arrays in
            averageInFirst(arrays, count: count)
            spread(arrays, count: count)
        }
    }

    /// The mean and biased variance of all shards' numbers together, in place of those of each shard's as many.
    package static func mergeMoments(
        _ mean: UnsafeMutablePointer<Scalar>, _ variance: UnsafeMutablePointer<Scalar>, count: Int
    ) {
        if self.count == 1 { return }
        var own = [mean, variance]
        own.withUnsafeMutableBufferPointer { own in
            together(bringing: own.baseAddress) { shards in
                mergeMoments(shards.map { $0[0] }, shards.map { $0[1] }, count: count)
            }
        }
    }

    private static func mergeMoments(
        _ means: [UnsafeMutablePointer<Scalar>], _ variances: [UnsafeMutablePointer<Scalar>], count: Int
    ) {
        BufferPool.withScratch(means.count * count) { ofShards in
            for (shard, mean) in means.enumerated() {
                (ofShards + shard * count).update(from: mean, count: count)
            }
            averageInFirst(means, count: count)
            for (shard, variance) in variances.enumerated() {
                for index in 0..<count {
                    let difference = ofShards[shard * count + index] - means[0][index]
                    variance[index] += difference * difference
                }
            }
        }
        averageInFirst(variances, count: count)
        spread(means, count: count)
        spread(variances, count: count)
    }

    /// Begins to take the means of as many arrays, for all shards of this process; nil where there is one shard.
    package static func beginMeans(of arrays: Int) -> ShardMeans? {
        guard let current else { return nil }
        return once { ShardMeans(of: arrays, shardsHere: current.threads?.count ?? 1, shards: current.count) }
    }

    /// The place of the shard that is computed here among those of its process.
    static var ownHere: Int { current?.numberHere ?? 0 }

    /// The mean of all shards' arrays, of which these are this process's, in the first of them.
    private static func averageInFirst(_ arrays: [UnsafeMutablePointer<Scalar>], count: Int) {
        addTree(arrays, count: count)
        Ranks.sum(arrays[0], count: count)
        scale(arrays[0], count: count, by: 1 / Scalar(self.count))
    }

    static func scale(_ values: UnsafeMutablePointer<Scalar>, count: Int, by share: Scalar) {
        Parallel.forEachElements(of: count) { part in
            for index in part { values[index] *= share }
        }
    }

    /// Makes something of what this process's shards bring, in the first of them.
    private static func together<Value>(
        bringing own: UnsafeMutablePointer<Value>?, _ make: ([UnsafeMutablePointer<Value>]) -> Void
    ) {
        guard let own else { return }
        guard let current, let threads = current.threads else { return make([own]) }
        threads.meet(current.numberHere, bringing: own) {
            make($0.compactMap { $0?.assumingMemoryBound(to: Value.self) })
        }
    }

    /// Copies the first of some arrays to the others.
    private static func spread(_ arrays: [UnsafeMutablePointer<Scalar>], count: Int) {
        Parallel.forEachElements(of: count) { part in
            for other in arrays.dropFirst() {
                (other + part.lowerBound).update(from: arrays[0] + part.lowerBound, count: part.count)
            }
        }
    }

    /// Adds arrays into the first; the others are overwritten.
    static func addTree(_ arrays: [UnsafeMutablePointer<Scalar>], count: Int) {
        if arrays.count == 1 { return }
        Parallel.forEachElements(of: count, in: .reduction) { part in
            var step = 1
            while step < arrays.count {
                for first in stride(from: 0, to: arrays.count, by: 2 * step) {
                    loop_accumulate(
                        arrays[first] + part.lowerBound, arrays[first + step] + part.lowerBound, part.count)
                }
                step *= 2
            }
        }
    }

    private static func sum(ofTree numbers: [Double]) -> Double {
        if numbers.count == 1 { return numbers[0] }
        return sum(ofTree: stride(from: 0, to: numbers.count, by: 2).map { numbers[$0] + numbers[$0 + 1] })
    }
}
