/// The thread that all of the studio's networks compute on, one job after the other, so that the server's own threads
/// are always free to answer.
///
/// What belongs to it may hold tensors, which never leave it. A job of many steps calls `Task.yield()` between them,
/// so that others come in between.
@globalActor
public actor Compute {
    /// The one thread.
    public static let shared = Compute()
    private let executor = QueueExecutor("studio.compute")

    /// Where its jobs run.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Does something on it.
    public static func run<Result: Sendable>(_ body: @Compute () throws -> Result) async rethrows -> Result {
        try await body()
    }
}
