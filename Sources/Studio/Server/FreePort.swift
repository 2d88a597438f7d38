import Foundation

/// Why the studio cannot start.
public struct StudioStartError: Error, CustomStringConvertible {
    /// What is wrong, and what to do.
    public let description: String
}

/// Looks for a port to listen on.
enum FreePort {
    private static let usual: ClosedRange<UInt16> = 8730...8759

    /// - Parameter port: nil for a usual one or the next that is free, 0 for any.
    static func choose(_ port: UInt16?) throws(StudioStartError) -> UInt16 {
        for candidate in port.map({ [$0] }) ?? Array(usual) {
            if let free = bound(to: candidate) { return free }
        }
        throw StudioStartError(
            description: port.map { "port \($0) is taken or not allowed; choose another one, or 0 for any" }
                ?? "the ports \(usual.lowerBound) to \(usual.upperBound) are all taken; choose another one, or 0"
        )
    }

    /// The port that a socket could be bound to; nil if that is not possible.
    private static func bound(to port: UInt16) -> UInt16? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        // As the server does: a port whose last connections are just ending is free.
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = loopbackAddress(port: port)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(descriptor, address, size) == 0, listen(descriptor, 1) == 0,
                    getsockname(descriptor, address, &size) == 0
                else { return nil }
                return UnsafeRawPointer(address).load(as: sockaddr_in.self).sin_port.bigEndian
            }
        }
    }
}

/// 127.0.0.1 with a port.
func loopbackAddress(port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    return address
}
