import Synchronization

/// The families of kernels that the time of a training step is reported by.
public enum KernelFamily: String, CaseIterable, Sendable {
    case convolution
    case matrixProduct = "matrix product"
    case normalization
    case elementwise
    case reduction
    case optimizer
}

/// The time and work of kernels by family, summed up while measuring.
///
/// Calls are counted from one thread, each from its start to its end on all threads.
public enum KernelTimes {
    /// The time and work of a family of kernels.
    public struct Sum: Sendable {
        /// Seconds from the start to the end of calls.
        public var seconds = 0.0
        /// The multiplications and additions of the direct algorithm.
        public var operations = 0.0
    }

    private static let isMeasuring = Atomic<Bool>(false)
    private static let sums = Mutex<[KernelFamily: Sum]>([:])

    /// The time and work of the kernels that `body` calls.
    public static func measure(_ body: () throws -> Void) rethrows -> [KernelFamily: Sum] {
        sums.withLock { $0 = [:] }
        isMeasuring.store(true, ordering: .relaxed)
        defer { isMeasuring.store(false, ordering: .relaxed) }
        try body()
        return sums.withLock { $0 }
    }

    /// Runs a kernel and, while measuring, adds its time to that of a family.
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
