import FlyingFox
import Foundation
import GANs

/// What takes a while: the page opens a WebSocket for it, is told how far it is, and cancels it by closing the socket.
struct LatentJobs {
    let library: GeneratorLibrary
    let shelf: GeneratorShelf
    private let photos = PhotoReader()
    private let neighbors = NeighborFinder()

    init(_ library: GeneratorLibrary, _ shelf: GeneratorShelf) {
        (self.library, self.shelf) = (library, shelf)
    }

    /// Bytes of a photo's file.
    private static let photoLimit = 1 << 25
    /// A side of what generators make.
    private static let maximumSide = 1024

    func addRoutes(to routes: inout Routes) {
        routes.post("/api/latents/photo/:id", limit: LatentJobs.photoLimit) { request, file in
            let choice = GeneratorChoice(checkpoint: try request.parameter("id"))
            let path = try await library.path(choice.checkpoint)
            let format = try await Compute.run { try shelf.playground(choice, path).imageFormat }
            let photo = try await photos.image(in: file, as: format)
            return .data(
                try PixelMessage([String: String](), [photo]).encoded(), type: "application/octet-stream")
        }
        routes.socket("/api/latents/project") { _, session in
            try await LatentJobs.whilePageWaits(for: session) { message in
                guard case .data(let data) = message else { throw LatentJobs.noRequest }
                let message = try PixelMessage<GeneratorChoice>(data, maximumSide: LatentJobs.maximumSide)
                guard let photo = message.images.first else { throw LatentJobs.noRequest }
                try await project(photo, message.header, session)
            }
        }
        routes.socket("/api/latents/walk") { _, session in
            try await LatentJobs.whilePageWaits(for: session) { message in
                let walk: WalkAnimation = try LatentJobs.request(in: message)
                let path = try await library.path(walk.generator.checkpoint)
                let playground = try await Compute.run { try shelf.playground(walk.generator, path) }
                let file = try await walk.file(of: playground) { share in
                    try session.send(json: JobProgress(share: share), replacing: "progress")
                }
                session.send(.data(file))
            }
        }
        routes.socket("/api/latents/neighbors") { _, session in
            try await LatentJobs.whilePageWaits(for: session) { message in
                try await findNeighbors(LatentJobs.request(in: message), session)
            }
        }
    }

    @Compute
    private func project(_ photo: Image, _ choice: GeneratorChoice, _ session: SocketSession) async throws {
        let path = try await library.path(choice.checkpoint)
        let projection = try PhotoProjection(
            photo, in: shelf.playground(choice, path), checkpoint: path)
        try await projection.run { progress, image in
            session.send(.data(try PixelMessage(progress, [image]).encoded()), replacing: "progress")
        }
    }

    private func findNeighbors(_ wanted: PointRequest, _ session: SocketSession) async throws {
        let path = try await library.path(wanted.generator.checkpoint)
        let training = try await library.training(of: wanted.generator.checkpoint)
        let (image, format) = try await Compute.run {
            let playground = try shelf.playground(wanted.generator, path)
            let images = try playground.images(of: [wanted.point], wanted.generator.settings())
            return (images[0], playground.imageFormat)
        }
        let (found, images) = try await neighbors.nearest(to: image, as: format, in: training) { share in
            try? session.send(json: JobProgress(share: share), replacing: "progress")
        }
        session.send(.data(try PixelMessage(found, images).encoded()))
    }

    /// Does what the first message asks for, until it is done or the page has closed the socket.
    private static func whilePageWaits(
        for session: SocketSession, _ body: @Sendable @escaping (SocketMessage) async throws -> Void
    ) async throws {
        for await message in session.messages {
            do { try await body(message) } catch is CancellationError { return } catch {
                try session.send(json: ["error": StudioError(error).description])
            }
            break
        }
        // The page closes the socket once it has what it wanted.
        for await _ in session.messages {}
    }

    private static func request<Request: Decodable>(in message: SocketMessage) throws -> Request {
        guard case .text(let text) = message else { throw noRequest }
        return try JSONDecoder().decode(Request.self, from: Data(text.utf8))
    }

    private static let noRequest = StudioError(.badRequest, "the message asks for nothing")
}

/// How far something is.
private struct JobProgress: Encodable {
    /// 0 to 1.
    let share: Double
}
