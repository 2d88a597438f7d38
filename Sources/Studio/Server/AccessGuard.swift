import FlyingFox
import Foundation

/// Lets nobody in but who knows the token, and no page of another origin.
///
/// The token in the printed address is exchanged for a cookie that scripts cannot read and other sites cannot send.
/// `Host` is checked because a foreign name may be made to resolve to this machine, `Origin` because any page may
/// send requests here.
struct AccessGuard: HTTPHandler {
    let token: String
    let port: UInt16
    let routes: RoutedHTTPHandler
    let headers: HeaderWatch

    func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
        headers.begin(request)
        let response = await response(to: request)
        headers.end(request, with: response)
        return response
    }

    private func response(to request: HTTPRequest) async -> HTTPResponse {
        var response: HTTPResponse
        do {
            response = try await answer(request)
        } catch {
            response = .refusal(StudioError(error))
            if request.hasBody { response = await response.endingConnection }
        }
        for (header, value) in AccessGuard.answerHeaders { response.headers[header] = value }
        return response
    }

    private func answer(_ request: HTTPRequest) async throws -> HTTPResponse {
        try check(request)
        if request.method == .GET, request.path == "/", let given = request.query["token"] {
            guard AccessGuard.areEqual(given, token) else { throw AccessGuard.unknownToken }
            var response = HTTPResponse.redirect(to: "/")
            response.headers[.setCookie] = "\(cookieName)=\(token); Path=/; HttpOnly; SameSite=Strict"
            return response
        }
        guard request.cookies[cookieName].map({ AccessGuard.areEqual($0, token) }) == true else {
            throw AccessGuard.unknownToken
        }
        do { return try await routes.handleRequest(request) } catch is HTTPUnhandledError {
            throw StudioError(.notFound, "there is no page \(request.path)")
        }
    }

    private func check(_ request: HTTPRequest) throws(StudioError) {
        guard let host = request.headers[.host], AccessGuard.isLocal(host) else {
            throw StudioError(.misdirectedRequest, "the studio answers to 127.0.0.1 and localhost alone")
        }
        let origin = request.headers[.origin]
        let changes = request.method != .GET || request.headers[.upgrade] != nil
        guard origin == nil ? !changes : origin == "http://" + host else {
            throw StudioError(.forbidden, "requests of other pages are refused")
        }
        guard [.GET, .POST].contains(request.method) else {
            throw StudioError(.methodNotAllowed, "only GET and POST are answered")
        }
        guard request.headers[.transferEncoding] == nil else {
            throw StudioError(.lengthRequired, "a request's length must be told")
        }
        guard request.method == .POST || !request.hasBody else {
            throw StudioError(.badRequest, "a GET request has no body")
        }
    }

    /// Cookies are the same for all ports of a machine.
    private var cookieName: String { "gan-studio-\(port)" }

    private static let unknownToken = StudioError(
        .unauthorized, "open the address that gan studio printed, with its token")

    /// Whether a `Host` names this machine, through any port, as `ssh -L` forwards one.
    private static func isLocal(_ host: String) -> Bool {
        host.wholeMatch(of: /(127\.0\.0\.1|localhost)(:[0-9]{1,5})?/) != nil
    }

    /// Whether two texts agree, in a time that does not tell where they differ.
    private static func areEqual(_ given: String, _ expected: String) -> Bool {
        let (given, expected) = (Array(given.utf8), Array(expected.utf8))
        guard given.count == expected.count else { return false }
        return zip(given, expected).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static let answerHeaders: [HTTPHeader: String] = [
        HTTPHeader("Content-Security-Policy"):
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            + "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        HTTPHeader("X-Content-Type-Options"): "nosniff",
        HTTPHeader("Referrer-Policy"): "no-referrer",
        HTTPHeader("Cross-Origin-Opener-Policy"): "same-origin",
        HTTPHeader("Cross-Origin-Resource-Policy"): "same-origin",
    ]
}

extension HTTPHeader {
    fileprivate static let origin = HTTPHeader("Origin")
}

extension HTTPRequest {
    fileprivate var hasBody: Bool {
        headers[.transferEncoding] != nil || (headers[.contentLength] ?? "0") != "0"
    }

    fileprivate var cookies: [String: String] {
        let pairs = (headers[.cookie] ?? "").split(separator: ";").compactMap { pair -> (String, String)? in
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            return (parts[0].trimmingCharacters(in: .whitespaces), String(parts[1]))
        }
        return Dictionary(pairs) { first, _ in first }
    }
}
