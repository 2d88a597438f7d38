import Checkpoints
import Files
import FlyingFox
import GANs

/// Why a request is refused, in a sentence that the page shows.
struct StudioError: Error, CustomStringConvertible {
    let status: HTTPStatusCode
    let description: String

    init(_ status: HTTPStatusCode = .badRequest, _ description: String) {
        (self.status, self.description) = (status, description)
    }

    /// Nothing by that id, or any more.
    static func notFound(_ what: String) -> StudioError {
        StudioError(.notFound, "there is no such \(what) any more; reload the page")
    }

    /// Any error as a refusal: what the library throws says itself what, where and what to do.
    init(_ error: any Error) {
        switch error {
        case let error as StudioError: self = error
        case is DecodingError: self.init(.badRequest, "the request's fields are missing or of the wrong kind")
        default: self.init(.unprocessableContent, "\(error)")
        }
    }
}
