import Foundation

@testable import Studio

/// A client that sends exactly what it is told, which no well-behaved one would.
struct RawClient: Sendable {
    let port: UInt16

    /// What came back for some bytes: until a whole answer was read, the connection ended, or nothing came for a while.
    func exchange(_ request: String, body: Data = Data()) async -> String {
        await connected { descriptor in
            RawClient.send(Data(request.utf8) + body, to: descriptor)
            return RawClient.receive(from: descriptor)
        }
    }

    /// Does something with a connection, away from the threads that the server runs on.
    func connected<Result: Sendable>(_ body: @Sendable @escaping (Int32) -> Result) async -> Result {
        await withCheckedContinuation { continuation in
            Thread {
                let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
                var timeout = timeval(tv_sec: 10, tv_usec: 0)
                setsockopt(
                    descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
                var address = loopbackAddress(port: port)
                withUnsafePointer(to: &address) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        _ = connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                let result = body(descriptor)
                close(descriptor)
                continuation.resume(returning: result)
            }.start()
        }
    }

    static func send(_ data: Data, to descriptor: Int32) {
        data.withUnsafeBytes {
            _ = Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
    }

    /// A text message of a WebSocket, of 126 to 65,535 bytes.
    static func frame(_ text: Data) -> Data {
        // A mask of zeros leaves the text as it is.
        Data([0x81, 0x80 | 126, UInt8(text.count >> 8), UInt8(text.count & 255), 0, 0, 0, 0]) + text
    }

    /// Ends the connection as one does whose machine is gone: with a reset, when it is closed.
    static func vanish(_ descriptor: Int32) {
        var linger = linger(l_onoff: 1, l_linger: 0)
        setsockopt(
            descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    static func receive(from descriptor: Int32) -> String {
        var received = Data()
        var part = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { break }
            received += part[..<count]
            if isWhole(received) { break }
        }
        return String(decoding: received, as: UTF8.self)
    }

    /// Whether the connection ends, rather than waits.
    static func ends(_ descriptor: Int32) -> Bool {
        var byte: UInt8 = 0
        while true {
            let count = recv(descriptor, &byte, 1, 0)
            if count == 0 || (count < 0 && errno == ECONNRESET) { return true }
            if count < 0 { return false }
        }
    }

    private static func isWhole(_ data: Data) -> Bool {
        guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return false }
        let head = String(decoding: data[..<end.lowerBound], as: UTF8.self)
        let length = head.firstMatch(of: /(?i)content-length: ([0-9]+)/).flatMap { Int($0.1) } ?? 0
        return data.count >= end.upperBound + length
    }
}

/// Runs a studio over an empty folder, or one that `prepare` fills.
func withStudio(
    limits: ConnectionLimits = ConnectionLimits(), prepare: (_ folder: String) throws -> Void = { _ in },
    _ body: (_ client: RawClient, _ cookie: String, _ folder: String) async throws -> Void
) async throws {
    let folder = NSTemporaryDirectory() + "/studio-tests-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try prepare(folder)
    let context = StudioContext(
        folder: folder, shipped: [], program: "/bin/false",
        advice: { kind, _ in "advice on \(kind.rawValue)" })
    let studio = try Studio(context, port: 0, limits: limits)
    let (ready, isReady) = AsyncStream<Void>.makeStream()
    let serving = Task { try await studio.run { isReady.finish() } }
    defer { serving.cancel() }
    for await _ in ready {}
    let token = studio.address.split(separator: "=").last.map(String.init) ?? ""
    try await body(RawClient(port: studio.port), "gan-studio-\(studio.port)=\(token)", folder)
}
