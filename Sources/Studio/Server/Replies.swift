import FlyingFox
import FlyingSocks
import Foundation
import GANs
import Images

extension HTTPResponse {
    /// A value as JSON.
    static func json(_ value: some Encodable, status: HTTPStatusCode = .ok) throws -> HTTPResponse {
        .data(try JSONEncoder().encode(value), type: "application/json", status: status)
    }

    /// Bytes of a type.
    ///
    /// - Parameter isImmutable: whether the same address always gives the same bytes.
    static func data(
        _ data: Data, type: String, status: HTTPStatusCode = .ok, isImmutable: Bool = false
    ) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers[.contentType] = type
        headers[.cacheControl] = isImmutable ? "private, max-age=31536000, immutable" : "no-cache"
        return HTTPResponse(statusCode: status, headers: headers, body: data)
    }

    /// An image as a PNG file that tells where it comes from.
    static func png(_ image: Image, _ origin: ImageOrigin?) -> HTTPResponse {
        .data(Data(image.pngData(texts: origin?.texts ?? [])), type: "image/png")
    }

    /// Done, with nothing to tell.
    static var done: HTTPResponse { HTTPResponse(statusCode: .noContent) }

    /// Another page.
    static func redirect(to path: String) -> HTTPResponse {
        var headers = HTTPHeaders()
        headers[.location] = path
        return HTTPResponse(statusCode: .seeOther, headers: headers)
    }

    /// A refusal, as `{"error": sentence}`.
    static func refusal(_ error: StudioError) -> HTTPResponse {
        let body = (try? JSONEncoder().encode(["error": error.description])) ?? Data()
        return .data(body, type: "application/json", status: error.status)
    }

    /// The same, after which the connection ends: what is left of the request's body must not be taken for the next
    /// request.
    var endingConnection: HTTPResponse {
        get async {
            var response = self
            let body = (try? await bodyData) ?? Data()
            response.payload = .httpBody(HTTPBodySequence(from: EndingBody(body: body), count: body.count))
            response.headers[.connection] = "close"
            return response
        }
    }
}

/// A body after which sending fails, which is how the server is told to close a connection.
private struct EndingBody: AsyncBufferedSequence {
    let body: Data

    func makeAsyncIterator() -> Iterator { Iterator(rest: body) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: Data

        mutating func next() async throws -> UInt8? {
            guard let byte = rest.popFirst() else { throw SocketError.disconnected }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> Data? {
            if rest.isEmpty { throw SocketError.disconnected }
            defer { rest = Data() }
            return rest
        }
    }
}
