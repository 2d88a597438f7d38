import Synchronization

/// The thread that all of the studio's networks compute on, one job after the other, so that the server's own threads
/// are always free to answer.
///
/// What belongs to it may hold tensors, which never leave it. A job of many steps calls `giveWay()` between them, so
/// that others come in between.
@globalActor
public actor Compute {
    /// The one thread.
    public static let shared = Compute()
    private let executor = QueueExecutor("studio.compute")
    private static let lastRun = Mutex(ContinuousClock.now)

    /// Where its jobs run.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Does something on it that somebody waits for.
    public static func run<Result: Sendable>(_ body: @Compute () throws -> Result) async rethrows -> Result {
        lastRun.withLock { $0 = .now }
        return try await body()
    }

    /// Lets others in. While somebody moves a slider, a long job takes a step only now and then.
    ///
    /// - Throws: `CancellationError` if nobody waits for the job any more.
    @Compute
    static func giveWay() async throws {
        await Task.yield()
        let start = ContinuousClock.now
        while lastRun.withLock({ $0 }) > .now - .milliseconds(150), .now < start + .milliseconds(800) {
            try await Task.sleep(for: .milliseconds(25))
        }
        try Task.checkCancellation()
    }
}
