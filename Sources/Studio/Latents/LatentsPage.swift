import CStudioWeb
import FlyingFox
import Foundation
import GANs

/// Playing with the latents of trained generators.
enum LatentsPage: Page {
    static let name = "latents"
    static let title = "Latents"
    static var files: UnsafePointer<web_file>? { latents_files() }

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        let library = GeneratorLibrary(runs: studio.runs, shipped: studio.shipped)
        let shelf = GeneratorShelf()

        routes.get("/api/latents") { _ in try .json(await library.summaries()) }
        routes.post("/api/latents/about", json: GeneratorChoice.self) { _, choice in
            let path = try await library.path(choice.checkpoint)
            return try .json(await Compute.run { try GeneratorAbout(shelf.playground(choice, path)) })
        }
        routes.post("/api/latents/images", limit: pointLimit, json: ImagesRequest.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            let images = try await Compute.run {
                try shelf.playground(wanted.generator, path)
                    .images(of: wanted.checkedPoints(), wanted.generator.settings())
            }
            return try .data(
                PixelMessage(ImageTurn(turn: 0), images).encoded(), type: "application/octet-stream")
        }
        routes.post("/api/latents/npy", limit: pointLimit, json: PointFile.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            return .data(
                try await Compute.run {
                    let made = try shelf.playground(wanted.generator, path)
                    return try Data(
                        npy: made.single(made.numbers(of: wanted.point)), content: made.space.content)
                }, type: "application/octet-stream")
        }
        routes.post("/api/latents/direction", limit: pointLimit, json: DirectionFile.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            return .data(
                try await Compute.run {
                    let made = try shelf.playground(wanted.generator, path)
                    return try Data(npy: made.direction(of: wanted.attribute), content: made.space.content)
                }, type: "application/octet-stream")
        }
        routes.socket("/api/latents/session", newestOnly: true) { _, session in
            for await message in session.messages {
                do {
                    guard case .text(let text) = message else { continue }
                    let wanted = try JSONDecoder().decode(ImageRequest.self, from: Data(text.utf8))
                    let path = try await library.path(wanted.generator.checkpoint)
                    let images = try await Compute.run {
                        try shelf.playground(wanted.generator, path)
                            .images(of: [wanted.point], wanted.generator.settings())
                    }
                    let message = try PixelMessage(ImageTurn(turn: wanted.turn), images).encoded()
                    session.send(.data(message), replacing: "image")
                } catch {
                    try session.send(json: ["error": StudioError(error).description], replacing: "error")
                }
            }
        }
    }

    /// Bytes of a request that holds points: an attribute may have many examples.
    private static let pointLimit = 1 << 19
}

/// What the page must know of a generator before it asks for images.
private struct GeneratorAbout: Encodable {
    let layerCount: Int
    /// Whether styles are what is calculated with.
    let hasStyles: Bool

    @Compute
    init(_ playground: LatentPlayground) {
        layerCount = playground.layerCount
        hasStyles = playground.space.content == .styles
    }
}
