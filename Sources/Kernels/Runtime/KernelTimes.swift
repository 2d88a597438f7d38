import Synchronization

/// Families that a step's time is told by.
public enum KernelFamily: String, CaseIterable, Sendable {
    case convolution
    case matrixProduct = "matrix product"
    case normalization
    case elementwise
    case reduction
    case optimizer
}

/// Time and work of kernels by family, added up while it is asked for.
///
/// Counts calls of one thread at a time, from their start to their end on all threads.
public enum KernelTimes {
    public struct Sum: Sendable {
        /// Seconds from the start to the end of calls.
        public var seconds = 0.0
        /// Multiplications and additions that the direct way would take.
        public var operations = 0.0
    }

    private static let isMeasuring = Atomic<Bool>(false)
    private static let sums = Mutex<[KernelFamily: Sum]>([:])

    /// What the kernels took that `body` called.
    public static func measure(_ body: () throws -> Void) rethrows -> [KernelFamily: Sum] {
        sums.withLock { $0 = [:] }
        isMeasuring.store(true, ordering: .relaxed)
        defer { isMeasuring.store(false, ordering: .relaxed) }
        try body()
        return sums.withLock { $0 }
    }

    /// Runs a kernel, and adds its time to a family's if measuring.
    package static func add<Result>(
        to family: KernelFamily, operations: Double = 0, _ kernel: () -> Result
    ) -> Result {
        guard isMeasuring.load(ordering: .relaxed) else { return kernel() }
        let start = ContinuousClock.now
        defer {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            sums.withLock {
                $0[family, default: Sum()].seconds += seconds
                $0[family, default: Sum()].operations += operations
            }
        }
        return kernel()
    }
}
