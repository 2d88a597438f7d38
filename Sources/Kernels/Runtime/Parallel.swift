import CLoops
import Synchronization

/// Work split over the processor's cores.
///
/// The pieces are chosen by the caller from the problem's size alone, never from the number of threads,
/// so that results are the same bits on any number of threads.
public enum Parallel {
    private static let availableCores = max(1, loop_cores())
    private static let configuredThreads = Atomic<Int>(0)
    /// How many threads share what a `limited` call computes.
    @TaskLocal private static var limit: Int?

    /// How many threads share the work: all cores unless set.
    public static var threads: Int {
        get {
            let configured = configuredThreads.load(ordering: .relaxed)
            let all = configured > 0 ? configured : availableCores
            return limit.map { min($0, all) } ?? all
        }
        set { configuredThreads.store(newValue, ordering: .relaxed) }
    }

    /// Computes something on at most so many threads, such as small work, which gains less by more of them than it
    /// loses where others need the cores.
    public static func limited<Result>(to threads: Int, _ body: () throws -> Result) rethrows -> Result {
        try $limit.withValue(threads, operation: body)
    }

    /// Calls `body` once for each piece in `0..<pieces`, on up to `threads` threads, in any order.
    public static func forEach(_ pieces: Int, _ body: @Sendable (_ piece: Int) -> Void) {
        forEachUnchecked(pieces, body)
    }

    /// `forEach` for kernels, whose pieces write through pointers to disjoint memory, which the compiler
    /// cannot check.
    static func forEachUnchecked(_ pieces: Int, _ body: (_ piece: Int) -> Void) {
        let workers = min(pieces, threads)
        guard workers > 1 else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { pool.run(pieces, threads: workers, $0) }
        }
    }

    private static let pool = ThreadPool()

    /// `forEachUnchecked` over consecutive ranges that cover `range`, each of at most `chunk` elements.
    static func forEachChunk(of range: Range<Int>, chunk: Int, _ body: (_ chunk: Range<Int>) -> Void) {
        forEachUnchecked((range.count + chunk - 1) / chunk) { piece in
            let first = range.lowerBound + piece * chunk
            body(first..<min(range.upperBound, first + chunk))
        }
    }

    /// Calls `body` with ranges that cover `0..<count` elements, in parallel where there are enough of them
    /// to be worth waking a thread for.
    package static func forEachElements(
        of count: Int, in family: KernelFamily = .elementwise, _ body: (_ elements: Range<Int>) -> Void
    ) {
        KernelTimes.add(to: family) { forEachChunk(of: 0..<count, chunk: 1 << 14, body) }
    }

    /// Calls `body` with ranges that cover the elements of several arrays; one piece may hold many small
    /// arrays.
    package static func forEachElements(
        ofEach counts: [Int], in family: KernelFamily,
        _ body: (_ array: Int, _ elements: Range<Int>) -> Void
    ) {
        KernelTimes.add(to: family) {
            forEachChunk(of: 0..<counts.reduce(0, +), chunk: 1 << 12) { piece in
                var start = 0
                for (array, count) in counts.enumerated() {
                    let part = piece.clamped(to: start..<start + count)
                    if !part.isEmpty { body(array, part.lowerBound - start..<part.upperBound - start) }
                    start += count
                }
            }
        }
    }

    /// Calls `body` with ranges that cover rows of `columns` elements.
    package static func forEachRows(
        of rows: Int, columns: Int, in family: KernelFamily = .elementwise,
        _ body: (_ rows: Range<Int>) -> Void
    ) {
        KernelTimes.add(to: family) {
            forEachChunk(of: 0..<rows, chunk: max(1, (1 << 14) / max(1, columns)), body)
        }
    }

    /// Calls `body` with ranges that cover rows in groups of equal size; no range crosses the end of a group.
    package static func forEachRows(
        of rows: Int, inGroups groups: Int, columns: Int, in family: KernelFamily = .elementwise,
        _ body: (_ rows: Range<Int>, _ group: Int) -> Void
    ) {
        let groupRows = rows / max(1, groups)
        forEachRows(of: rows, columns: columns, in: family) { part in
            var first = part.lowerBound
            while first < part.upperBound {
                let group = first / groupRows
                let last = min(part.upperBound, (group + 1) * groupRows)
                body(first..<last, group)
                first = last
            }
        }
    }
}
