import Dispatch
import FlyingFox
import Foundation
import Synchronization

/// Ends connections on which a request's header does not end.
///
/// The server reads headers of any length byte by byte, in a time that grows with the square of their length, and what
/// a client has sent before it vanished as well: a few such connections would keep all of its threads busy. So now and
/// then the system is asked how many bytes each connection has received since its last whole header.
final class HeaderWatch: Sendable {
    fileprivate struct Connection {
        /// Requests that are being answered; a WebSocket counts as one to its end.
        var requests = 0
        /// Bytes that had arrived when the last request was answered.
        var before: UInt64 = 0
        /// Whether a request was answered since the last look.
        var isAnswered = false
        /// Looks in which too much had arrived.
        var excesses = 0
        /// Looks in which it was not found: it may have come after the system was asked.
        var absences = 0
    }

    private let limits: ConnectionLimits
    /// By the ports that they come from.
    private let connections = Mutex<[UInt16: Connection]>([:])
    /// A whole header may wait a little to be read on a busy machine.
    fileprivate static let mostExcesses = 3

    init(_ limits: ConnectionLimits) { self.limits = limits }

    /// A header was read.
    func begin(_ request: HTTPRequest) {
        guard let peer = request.peerPort else { return }
        connections.withLock { $0[peer, default: Connection()].requests += 1 }
    }

    /// Its request was answered.
    func end(_ request: HTTPRequest, with response: HTTPResponse) {
        guard let peer = request.peerPort else { return }
        if case .webSocket = response.payload { return }
        connections.withLock {
            $0[peer]?.requests -= 1
            $0[peer]?.isAnswered = true
        }
    }

    /// Looks now and then, on a queue of its own, as long as the result is held.
    func looking(at port: UInt16) -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "studio.headers"))
        let interval = limits.headerInterval
        timer.schedule(deadline: .now() + interval, repeating: interval)
        timer.setEventHandler { [self] in look(at: port) }
        timer.resume()
        return timer
    }

    private func look(at port: UInt16) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let open = names.compactMap { Int32($0) }.compactMap { ServerConnection($0, port: port) }
        connections.withLock { known in
            for peer in known.keys { known[peer]?.absences += 1 }
            for connection in open {
                known[connection.peer, default: Connection()].absences = 0
                if known[connection.peer]?.isExcessive(connection, limits) == true { connection.end() }
            }
            known = known.filter { $0.value.absences < 2 }
        }
    }
}

extension HeaderWatch.Connection {
    fileprivate mutating func isExcessive(_ connection: ServerConnection, _ limits: ConnectionLimits) -> Bool
    {
        if requests > 0 || isAnswered { (before, isAnswered) = (connection.received, false) }
        excesses = connection.received > before + UInt64(limits.headerBytes) ? excesses + 1 : 0
        return excesses >= HeaderWatch.mostExcesses
    }
}

/// A connection to the server, as the system knows it.
private struct ServerConnection {
    let descriptor: Int32
    /// The port that it comes from.
    let peer: UInt16
    /// Bytes that have arrived.
    let received: UInt64

    /// - Returns: nil for what is no connection to this port.
    init?(_ descriptor: Int32, port: UInt16) {
        guard ServerConnection.port(of: descriptor, getsockname) == port,
            let peer = ServerConnection.port(of: descriptor, getpeername)
        else { return nil }
        // `tcpi_bytes_received` of Linux's `struct tcp_info`, which the C library's own lacks.
        var information = [UInt64](repeating: 0, count: 32)
        var size = socklen_t(8 * information.count)
        guard getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &information, &size) == 0, size >= 136
        else {
            return nil
        }
        (self.descriptor, self.peer, received) = (descriptor, peer, information[16])
    }

    /// Cuts it off: what was sent and not read is dropped, and reading fails, while the descriptor stays the server's.
    func end() {
        // Closing one direction would let the client go on sending.
        var nowhere = sockaddr(
            sa_family: sa_family_t(AF_UNSPEC), sa_data: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))
        connect(descriptor, &nowhere, socklen_t(MemoryLayout<sockaddr>.size))
    }

    private static func port(
        of descriptor: Int32,
        _ name: (Int32, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> UInt16? {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                name(descriptor, $0, &size) == 0
                    ? UnsafeRawPointer($0).load(as: sockaddr_in.self).sin_port.bigEndian : nil
            }
        }
    }
}

extension HTTPRequest {
    fileprivate var peerPort: UInt16? {
        if case .ip4(_, let port) = remoteAddress { port } else { nil }
    }
}
