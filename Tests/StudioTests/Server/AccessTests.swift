import Foundation
import Testing

@testable import Studio

/// What the studio refuses: see `AccessGuard`.
@Suite struct AccessTests {
    private func get(_ path: String, host: String, _ headers: String...) -> String {
        (["GET \(path) HTTP/1.1", "Host: \(host)"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
    }

    @Test func `the token becomes a cookie that scripts and other sites cannot have`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            let token = cookie.split(separator: "=")[1]
            let answer = await client.exchange(get("/?token=\(token)", host: host))
            #expect(answer.hasPrefix("HTTP/1.1 303"))
            #expect(answer.contains("Location: /\r\n"))
            #expect(answer.contains("Set-Cookie: \(cookie); Path=/; HttpOnly; SameSite=Strict"))
            let page = await client.exchange(get("/runs", host: host, "Cookie: other=1; \(cookie)"))
            #expect(page.hasPrefix("HTTP/1.1 200") && page.contains("<h1>Runs</h1>"))
        }
    }

    @Test func `without the token nothing is told`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            let wrong = String(cookie.dropLast()) + (cookie.hasSuffix("0") ? "1" : "0")
            for request in [
                get("/", host: host), get("/runs", host: host), get("/web/shared/api.js", host: host),
                get("/?token=abc", host: host), get("/?token=", host: host),
                get("/api/runs", host: host, "Cookie: \(wrong)"),
                get("/api/runs", host: host, "Cookie: gan-studio-1=\(cookie.split(separator: "=")[1])"),
            ] {
                #expect(await client.exchange(request).hasPrefix("HTTP/1.1 401"), "\(request)")
            }
        }
    }

    @Test func `other hosts and origins are refused`() async throws {
        try await withStudio { client, cookie, _ in
            let (port, known) = (client.port, "Cookie: \(cookie)")
            for host in ["evil.example", "127.0.0.1.evil.example:\(port)", "localhost@evil.example", "[::1]"]
            {
                #expect(await client.exchange(get("/runs", host: host, known)).hasPrefix("HTTP/1.1 421"))
            }
            #expect(
                await client.exchange("GET /runs HTTP/1.1\r\n\(known)\r\n\r\n").hasPrefix("HTTP/1.1 421"))
            // Forwarded by ssh -L through another port.
            #expect(
                await client.exchange(get("/runs", host: "localhost:99", known)).hasPrefix("HTTP/1.1 200"))
            let host = "127.0.0.1:\(port)"
            for origin in ["http://evil.example", "null", "https://\(host)", "http://localhost:\(port)"] {
                let read = get("/api/runs", host: host, known, "Origin: \(origin)")
                #expect(await client.exchange(read).hasPrefix("HTTP/1.1 403"), "\(origin)")
            }
            let post =
                "POST /api/runs/run/1/stop HTTP/1.1\r\nHost: \(host)\r\n\(known)\r\nContent-Length: 0\r\n"
            #expect(await client.exchange(post + "\r\n").hasPrefix("HTTP/1.1 403"))
            #expect(await client.exchange(post + "Origin: http://\(host)\r\n\r\n").hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test func `a WebSocket opens for the studio's own pages alone`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            func upgrade(_ headers: String...) -> String {
                ([
                    "GET /api/latents/session HTTP/1.1", "Host: \(host)", "Connection: Upgrade",
                    "Upgrade: websocket", "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                ] + headers).joined(separator: "\r\n") + "\r\n\r\n"
            }
            let own = "Origin: http://\(host)"
            #expect(await client.exchange(upgrade("Cookie: \(cookie)")).hasPrefix("HTTP/1.1 403"))
            #expect(
                await client.exchange(upgrade("Cookie: \(cookie)", "Origin: http://evil.example"))
                    .hasPrefix("HTTP/1.1 403"))
            #expect(await client.exchange(upgrade(own)).hasPrefix("HTTP/1.1 401"))
            let answer = await client.exchange(upgrade(own, "Cookie: \(cookie)"))
            #expect(answer.hasPrefix("HTTP/1.1 101"))
            #expect(answer.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="))
        }
    }

    @Test func `every answer says what pages may do`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            for request in [
                get("/runs", host: host, "Cookie: \(cookie)"), get("/", host: host), get("/", host: "x"),
            ] {
                let answer = await client.exchange(request)
                #expect(answer.contains("Content-Security-Policy: default-src 'none'; script-src 'self'"))
                #expect(answer.contains("X-Content-Type-Options: nosniff"))
            }
        }
    }

    @Test func `no path leads out of what the studio serves`() async throws {
        try await withStudio { client, cookie, _ in
            let host = "127.0.0.1:\(client.port)"
            for path in [
                "/web/../../../../etc/passwd", "/web/%2e%2e/%2e%2e/etc/passwd",
                "/web/shared/..%2f..%2fetc/passwd",
                "/etc/passwd", "/api/runs/run/..%2f..%2fetc", "/api/runs/run/1/sheets/..%2f..%2fconfig.json",
                "/api/runs/run/1/sheets/-1", "/api/translate/checkpoints/..%2f..%2fetc%2fpasswd",
            ] {
                let answer = await client.exchange(get(path, host: host, "Cookie: \(cookie)"))
                #expect(answer.hasPrefix("HTTP/1.1 404"), "\(path): \(answer.prefix(40))")
                #expect(!answer.contains("root:"))
            }
        }
    }
}
