import FlyingFox
import Foundation

/// What the studio answers. Each page adds its own: see `Page`.
struct Routes {
    private(set) var handler = RoutedHTTPHandler()

    /// Answers GET requests.
    ///
    /// - Parameter path: whose parts that begin with a colon match anything: see `HTTPRequest.parameter`.
    mutating func get(
        _ path: String, _ body: @Sendable @escaping (HTTPRequest) async throws -> HTTPResponse
    ) {
        add("GET", path, body)
    }

    /// Answers POST requests.
    ///
    /// - Parameter limit: bytes that the body may have; larger ones are refused before they are read.
    mutating func post(
        _ path: String, limit: Int = 1 << 16,
        _ body: @Sendable @escaping (HTTPRequest, Data) async throws -> HTTPResponse
    ) {
        add("POST", path) { request in
            let length = Int(request.headers[.contentLength] ?? "0") ?? Int.max
            guard length <= limit else {
                return await HTTPResponse.refusal(
                    StudioError(
                        .payloadTooLarge, "the request has \(length) bytes; at most \(limit) are read")
                ).endingConnection
            }
            return try await body(request, request.bodyData)
        }
    }

    /// Answers POST requests whose body is JSON.
    mutating func post<Body: Decodable & SendableMetatype>(
        _ path: String, limit: Int = 1 << 16, json: Body.Type,
        _ body: @Sendable @escaping (HTTPRequest, Body) async throws -> HTTPResponse
    ) {
        post(path, limit: limit) { request, data in
            try await body(request, JSONDecoder().decode(Body.self, from: data))
        }
    }

    /// Opens a WebSocket for each page that asks for one.
    ///
    /// - Parameters:
    ///   - newestOnly: whether a message that was not yet looked at gives way to the next one, as fits positions of a
    ///     slider; messages that must all be looked at, at most 256, wait otherwise.
    ///   - body: serves the page until `messages` end, which they do when the page is left.
    mutating func socket(
        _ path: String, newestOnly: Bool = false,
        _ body: @Sendable @escaping (HTTPRequest, SocketSession) async throws -> Void
    ) {
        add("GET", path) { request in
            let handler = SocketHandler(newestOnly: newestOnly) { try await body(request, $0) }
            return try await WebSocketHTTPHandler(handler: handler).handleRequest(request)
        }
    }

    private mutating func add(
        _ method: String, _ path: String,
        _ body: @Sendable @escaping (HTTPRequest) async throws -> HTTPResponse
    ) {
        handler.appendRoute(HTTPRoute("\(method) \(path)")) { request in
            do { return try await body(request) } catch { return .refusal(StudioError(error)) }
        }
    }
}

extension HTTPRequest {
    /// A part of the path that the route names.
    func parameter(_ name: String) throws(StudioError) -> String {
        guard let value = routeParameters[name] else { throw .notFound("part of the address") }
        return value
    }
}
