import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Kernels

/// The number of threads belongs to the whole process: these tests run one after the other, and those
/// beside them must not depend on it.
@Suite(.serialized) struct ParallelTests {
    /// Calls `body` with the given number of threads set.
    private func withThreads<Result>(_ threads: Int, _ body: () -> Result) -> Result {
        Parallel.threads = threads
        defer { Parallel.threads = 0 }
        return body()
    }

    private final class Counts: Sendable {
        let values: Mutex<[Int]>
        init(_ count: Int) { values = Mutex([Int](repeating: 0, count: count)) }
        func add(_ index: Int) { values.withLock { $0[index] += 1 } }
    }

    @Test func usesAllCoresUnlessSet() {
        #expect(Parallel.threads >= 1)
        #expect(withThreads(3) { Parallel.threads } == 3)
    }

    @Test func usesFewerThreadsWhereLimited() {
        withThreads(4) {
            #expect(Parallel.limited(to: 2) { Parallel.threads } == 2)
            #expect(Parallel.limited(to: 9) { Parallel.threads } == 4)
            #expect(Parallel.threads == 4)
        }
    }

    @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
    func everyPieceComesOnce(threads: Int, pieces: Int) {
        let counts = Counts(pieces)
        withThreads(threads) { Parallel.forEach(pieces) { counts.add($0) } }
        #expect(counts.values.withLock { $0 } == [Int](repeating: 1, count: pieces))
    }

    @Test(arguments: [1, 2, 3, 8], [(0, 4), (1, 4), (4, 4), (5, 4), (1001, 10)])
    func chunksCoverTheRangeOnce(threads: Int, extents: (count: Int, chunk: Int)) {
        let counts = Counts(extents.count)
        withThreads(threads) {
            Parallel.forEachChunk(of: 0..<extents.count, chunk: extents.chunk) { range in
                #expect(!range.isEmpty && range.count <= extents.chunk)
                for index in range { counts.add(index) }
            }
        }
        #expect(counts.values.withLock { $0 } == [Int](repeating: 1, count: extents.count))
    }

    @Test(arguments: [1, 2, 3], [[], [0], [1, 0, 2], [5, 4096, 1, 9000, 3]])
    func elementsOfSeveralArraysComeOnce(threads: Int, counts: [Int]) {
        let calls = counts.map { Counts($0) }
        withThreads(threads) {
            Parallel.forEachElements(ofEach: counts, in: .optimizer) { array, elements in
                for index in elements { calls[array].add(index) }
            }
        }
        for (calls, count) in zip(calls, counts) {
            #expect(calls.values.withLock { $0 } == [Int](repeating: 1, count: count))
        }
    }

    /// Jobs that follow at once and after a rest in which the threads fall asleep, from several callers, of
    /// which one finds the threads busy.
    @Test func everyPieceComesOnceInManyJobs() {
        withThreads(4) {
            DispatchQueue.concurrentPerform(iterations: 2) { caller in
                for job in 0..<20_000 {
                    let sum = Atomic<Int>(0)
                    Parallel.forEach(5) { sum.wrappingAdd(1 << (8 * $0), ordering: .relaxed) }
                    if sum.load(ordering: .relaxed) != 0x01_01_01_01_01 {
                        Issue.record("job \(job) of caller \(caller) left out a piece or came twice")
                        return
                    }
                    if job % 2000 == 0 { usleep(2000) }
                }
            }
        }
    }

    @Test func piecesMaySplitTheirOwnWork() {
        let counts = Counts(60)
        withThreads(4) {
            Parallel.forEach(6) { outer in Parallel.forEach(10) { counts.add(outer * 10 + $0) } }
        }
        #expect(counts.values.withLock { $0 } == [Int](repeating: 1, count: 60))
    }

    @Test func convolutionsGiveTheSameBitsOnAnyNumberOfThreads() {
        // Several images a piece, and one image in bands.
        for problem in [
            ConvolutionProblem(
                batch: 9, input: (13, 11, 5), outputChannels: 7, kernel: (4, 4), stride: (2, 2)),
            ConvolutionProblem(
                batch: 1, input: (120, 120, 16), outputChannels: 3, kernel: (5, 5), padding: (2, 2)),
        ] {
            let results = [1, 2, 4].map { threads in
                withThreads(threads) { [problem.output, problem.inputGradient, problem.weightGradient] }
            }
            #expect(results[1] == results[0])
            #expect(results[2] == results[0])
        }
    }

    @Test func productsAndStatisticsGiveTheSameBitsOnAnyNumberOfThreads() {
        let (rows, columns) = (1000, 37)
        let x = normal(rows * columns, seed: 1)
        let g = normal(rows * columns, seed: 2)
        let results = [1, 2, 4].map { threads in
            withThreads(threads) { () -> [[Scalar]] in
                let product = output(rows * rows) { result in
                    withPointers(x, g) { x, g in
                        multiplyInParallel(
                            MatrixOperand(x, rowStride: columns),
                            MatrixOperand(g, rowStride: columns, transposed: true), into: result,
                            rows: rows, inner: columns, columns: rows)
                    }
                }
                let statistics = output(2 * columns) {
                    moments(of: x, mean: $0, variance: $0 + columns, rows: rows, columns: columns)
                }
                let sums = output(2 * columns) {
                    normalizationSums(
                        g, x, y: x, slope: 0.2, mean: statistics, sum: $0, product: $0 + columns, rows: rows,
                        columns: columns)
                }
                return [product, statistics, sums]
            }
        }
        #expect(results[1] == results[0])
        #expect(results[2] == results[0])
    }

    @Test func slicedDistancesGiveTheSameBitsOnAnyNumberOfThreads() {
        let (points, others) = (normal(700 * 5, seed: 1), normal(700 * 5, seed: 2))
        let directions = normal(5 * 200, seed: 3)
        let results = [1, 2, 4].map { threads in
            withThreads(threads) {
                slicedDistance(
                    points, others, count: 700, dimensions: 5, directions: directions, directionCount: 200)
            }
        }
        #expect(Set(results).count == 1)
    }
}
