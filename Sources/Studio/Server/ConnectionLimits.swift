import FlyingFox
import FlyingSocks
import Foundation
import Synchronization

/// Waits for sockets as the system's event queue does, but neither for too many nor for too long, so that clients that
/// connect and say nothing cost nothing.
struct LimitedPool<Base: AsyncSocketPool>: AsyncSocketPool {
    let base: Base
    let limits: ConnectionLimits
    private let waiting = WaitingCount()

    init(_ base: Base, limits: ConnectionLimits) { (self.base, self.limits) = (base, limits) }

    func prepare() async throws { try await base.prepare() }
    func run() async throws { try await base.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // The listening socket waits as long as it takes.
        guard !socket.isListening else {
            return try await base.suspendSocket(socket, untilReadyFor: events)
        }
        guard waiting.enter(limit: limits.connections) else { throw SocketError.disconnected }
        defer { waiting.leave() }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await base.suspendSocket(socket, untilReadyFor: events)
                return true
            }
            group.addTask {
                try await Task.sleep(for: limits.silence)
                return false
            }
            defer { group.cancelAll() }
            guard try await group.next() == true else { throw SocketError.disconnected }
        }
    }
}

extension Socket {
    fileprivate var isListening: Bool {
        var (answer, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(file.rawValue, SOL_SOCKET, SO_ACCEPTCONN, &answer, &size) == 0 && answer != 0
    }
}

/// How many connections the studio keeps, and how long a silent one.
struct ConnectionLimits: Sendable {
    /// Connections that wait at once.
    var connections = 128
    /// Without a byte from the client or taken by it. An open page says something more often.
    var silence = Duration.seconds(150)
    /// Of a request's header, and what is sent after it before it is read.
    var headerBytes = 1 << 14
    /// Seconds from one look at headers to the next.
    var headerInterval = 1.0
}

private final class WaitingCount: Sendable {
    private let count = Atomic<Int>(0)

    func enter(limit: Int) -> Bool {
        if count.add(1, ordering: .relaxed).newValue <= limit { return true }
        leave()
        return false
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
