import Foundation
import Testing

@testable import Studio

/// What clients that ask for too much, or say nothing, cost.
@Suite(.serialized) struct LimitTests {
    private func post(_ path: String, _ client: RawClient, _ cookie: String, _ headers: String) -> String {
        let host = "127.0.0.1:\(client.port)"
        return
            "POST \(path) HTTP/1.1\r\nHost: \(host)\r\nOrigin: http://\(host)\r\nCookie: \(cookie)\r\n\(headers)\r\n\r\n"
    }

    @Test func `a body that is too large is refused before it is read, and what follows is no request`()
        async throws
    {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            let next = "GET /runs HTTP/1.1\r\nHost: \(host)\r\nCookie: \(cookie)\r\n\r\n"
            let request = post("/api/runs/start", client, cookie, "Content-Length: 99999999")
            let (answer, ended) = await client.connected { descriptor in
                RawClient.send(Data((request + next).utf8), to: descriptor)
                return (RawClient.receive(from: descriptor), RawClient.ends(descriptor))
            }
            #expect(answer.hasPrefix("HTTP/1.1 413"))
            #expect(!answer.contains("200 OK"))
            #expect(ended)
        }
    }

    @Test func `bodies without a length, bodies of GET and other methods are refused`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            let chunked =
                post("/api/runs/start", client, cookie, "Transfer-Encoding: chunked")
                + "5\r\nhello\r\n0\r\n\r\n"
            #expect(await client.exchange(chunked).hasPrefix("HTTP/1.1 411"))
            let head = "Host: \(host)\r\nOrigin: http://\(host)\r\nCookie: \(cookie)\r\n"
            #expect(
                await client.exchange("GET /runs HTTP/1.1\r\n\(head)Content-Length: 3\r\n\r\nabc")
                    .hasPrefix("HTTP/1.1 400"))
            #expect(await client.exchange("PUT /runs HTTP/1.1\r\n\(head)\r\n").hasPrefix("HTTP/1.1 405"))
            #expect(
                await client.exchange(
                    post("/api/runs/start", client, cookie, "Content-Length: 4"), body: Data("null".utf8)
                )
                .hasPrefix("HTTP/1.1 400"))
        }
    }

    @Test func `a silent connection ends`() async throws {
        try await withStudio(limits: ConnectionLimits(connections: 128, silence: .milliseconds(300))) {
            client, _, _ in
            #expect(await client.connected { RawClient.ends($0) })
            // One that says half a request, too.
            let ended = await client.connected { descriptor in
                RawClient.send(Data("GET / HTTP/1.1\r\nHost: 127".utf8), to: descriptor)
                return RawClient.ends(descriptor)
            }
            #expect(ended)
        }
    }

    @Test func `a header that does not end ends its connection, and others are answered`() async throws {
        try await withStudio(limits: ConnectionLimits(headerInterval: 0.2)) {
            client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            let request = "GET /runs HTTP/1.1\r\nHost: \(host)\r\nCookie: \(cookie)\r\n\r\n"
            let flood =
                Data("GET / HTTP/1.1\r\nHost: \(host)\r\nX: ".utf8) + Data(repeating: 97, count: 1 << 21)
            let ended = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        await client.connected { descriptor in
                            RawClient.send(flood, to: descriptor)
                            return RawClient.ends(descriptor)
                        }
                    }
                }
                return await group.reduce(true) { $0 && $1 }
            }
            #expect(ended)
            #expect(await client.exchange(request).hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `a connection that asks much and sends much is kept`() async throws {
        try await withStudio(limits: ConnectionLimits(headerBytes: 1 << 12, headerInterval: 0.05)) {
            client, cookie, _ in
            // Bodies are no header, and neither are many requests after each other.
            let body = Data(repeating: 32, count: 60_000)
            let request =
                Data(
                    (post("/api/runs/start", client, cookie, "Content-Length: \(body.count)")).utf8) + body
            let answers = await client.connected { descriptor in
                (0..<12).map { _ in
                    RawClient.send(request, to: descriptor)
                    usleep(60_000)
                    return RawClient.receive(from: descriptor)
                }
            }
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") })
        }
    }

    @Test func `more connections than the limit are closed at once`() async throws {
        try await withStudio(limits: ConnectionLimits(connections: 3, silence: .seconds(20))) {
            client, _, _ in
            let ended = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { await client.connected { RawClient.ends($0) } } }
                return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(ended == 5)
        }
    }

    @Test func `fifty clients that connect and vanish, ten times, leave nothing behind`() async throws {
        try await withStudio { client, cookie, _ in
            let head = "Host: 127.0.0.1:\(client.port)\r\nCookie: \(cookie)\r\n"
            let request = "GET /runs HTTP/1.1\r\n\(head)\r\n"
            // Which sends images all the time.
            let arena =
                "GET /api/arena/session HTTP/1.1\r\n\(head)Origin: http://127.0.0.1:\(client.port)\r\n"
                + "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            let settings = String(decoding: try JSONEncoder().encode(ArenaSettings()), as: UTF8.self)
            let train = RawClient.frame(Data(#"{"settings":[\#(settings)],"mode":"training"}"#.utf8))
            for _ in 0..<10 {
                await withTaskGroup(of: Void.self) { group in
                    for number in 0..<50 {
                        group.addTask {
                            _ = await client.connected { descriptor in
                                if number % 2 == 0 {
                                    RawClient.send(Data(arena.utf8) + train, to: descriptor)
                                    usleep(20_000)
                                } else {
                                    RawClient.send(Data(request.utf8.prefix(number * 3)), to: descriptor)
                                }
                                RawClient.vanish(descriptor)
                            }
                        }
                    }
                }
                // A new connection gets a number that another one had.
                #expect(await client.exchange(request).hasPrefix("HTTP/1.1 200"))
            }
            var left = openConnections(to: client.port)
            for _ in 0..<100 where left > 0 {
                try await Task.sleep(for: .milliseconds(100))
                left = openConnections(to: client.port)
            }
            #expect(left == 0)
        }
    }

    /// The server's ends of connections.
    private func openConnections(to port: UInt16) -> Int {
        (0..<1024).count { (descriptor: Int32) in
            var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
            let isOpen = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getsockname(descriptor, $0, &size) == 0
                }
            }
            var (listens, length) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
            getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length)
            return isOpen && address.sin_port.bigEndian == port && listens == 0
        }
    }
}
