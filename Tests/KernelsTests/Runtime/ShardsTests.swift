import Synchronization
import Testing

@testable import Kernels

@Suite struct ShardsTests {
    @Test func withoutAStepThereIsOneShard() {
        #expect(Shards.count == 1 && Shards.own == 0 && Shards.isFirst)
        #expect(Shards.mean(3) == 3)
        #expect(Shards.once { 4 } == 4)
    }

    /// More shards than cores, as many, and fewer.
    @Test(arguments: [(2, 1), (8, 2), (4, 4), (2, 8)])
    func sumsAreThoseOfATree(shards: Int, threads: Int) throws {
        // Large enough that the order of a sum shows in it.
        func number(_ shard: Int, _ place: Int) -> Scalar {
            Scalar(1 + shard * shard) * 1.1 / Scalar(place + 3)
        }
        func tree(_ shards: Range<Int>, _ place: Int) -> Scalar {
            if shards.count == 1 { return number(shards.lowerBound, place) }
            let middle = shards.lowerBound + shards.count / 2
            return tree(shards.lowerBound..<middle, place) + tree(middle..<shards.upperBound, place)
        }
        let count = 40_000
        let expected = (0..<count).map { tree(0..<shards, $0) }
        let seen = Mutex<[Int: [Scalar]]>([:])
        Parallel.limited(to: threads) {
            Shards.sharing(shards) {
                #expect(Shards.count == shards)
                var values = (0..<count).map { number(Shards.own, $0) }
                Shards.sum(&values, count: count)
                let own = Shards.own
                seen.withLock { $0[own] = values }
            }
        }
        let sums = seen.withLock { $0 }
        #expect(sums.keys.sorted() == Array(0..<shards))
        #expect(sums.values.allSatisfy { $0 == expected })
    }

    @Test func meansAndWhatIsDoneOnceAreTheSameForAll() {
        let times = Atomic<Int>(0)
        let firsts = Atomic<Int>(0)
        let result = Shards.sharing(8) { () -> [Double] in
            if Shards.isFirst { firsts.add(1, ordering: .relaxed) }
            return (0..<50).map { round in
                let mean = Shards.mean(Double(Shards.own * round))
                let made = Shards.once { () -> Double in
                    times.add(1, ordering: .relaxed)
                    return mean
                }
                #expect(made == 3.5 * Double(round))
                return made
            }
        }
        #expect(result == (0..<50).map { 3.5 * Double($0) })
        #expect(times.load(ordering: .relaxed) == 50 && firsts.load(ordering: .relaxed) == 1)
    }

    /// More shards than cores, as many, and fewer.
    @Test(arguments: [1, 4, 8])
    func meansForTheFirstShardAreThere(threads: Int) {
        let result = Parallel.limited(to: threads) {
            Shards.sharing(4) { () -> [Scalar] in
                let means = Shards.beginMeans(of: 2)
                var values: [Scalar] = [Scalar(Shards.own), 1]
                return values.withUnsafeMutableBufferPointer { values in
                    guard let start = values.baseAddress else { return [] }
                    means?.add(1, start, count: 1)
                    means?.add(0, start + 1, count: 1)
                    return Shards.once {
                        means?.wait()
                        return Array(values)
                    }
                }
            }
        }
        #expect(result == [1.5, 1])
        #expect(Shards.beginMeans(of: 2) == nil)
    }

    @Test func whatAllThrowIsThrown() {
        struct Failure: Error, Equatable {}
        var thrown: Failure?
        do { try Shards.sharing(4) { () throws(Failure) in throw Failure() } } catch { thrown = error }
        #expect(thrown == Failure())
        // Nothing is left of it.
        #expect(Shards.count == 1)
    }

    @Test func stepsBesideEachOtherDoNotMeet() {
        Parallel.forEach(4) { step in
            for _ in 0..<20 {
                let mean = Shards.sharing(4) { Shards.mean(Double(step)) }
                #expect(mean == Double(step))
            }
        }
    }
}
