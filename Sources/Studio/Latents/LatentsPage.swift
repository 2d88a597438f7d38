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
        LatentJobs(library, shelf).addRoutes(to: &routes)

        routes.get("/api/latents") { _ in try .json(await library.summaries()) }
        routes.post("/api/latents/about", json: GeneratorChoice.self) { _, choice in
            let path = try await library.path(choice.checkpoint)
            let data = try? await library.training(of: choice.checkpoint).data
            return try .json(
                await Compute.run { try GeneratorAbout(shelf.playground(choice, path), data: data) })
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
        routes.post("/api/latents/png", limit: pointLimit, json: SavedImageRequest.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            return try await Compute.run {
                let playground = try shelf.playground(wanted.generator, path)
                let origin = playground.origin?.with(input: wanted.input, command: wanted.command)
                return try .png(wanted.image(in: playground), origin)
            }
        }
        routes.post("/api/latents/npy", limit: pointLimit, json: PointRequest.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            return .data(
                try await Compute.run {
                    let made = try shelf.playground(wanted.generator, path)
                    return try made.space.npyFile(of: made.single(made.numbers(of: wanted.point)))
                }, type: "application/octet-stream")
        }
        routes.post("/api/latents/read-npy/:id", limit: pointLimit) { request, file in
            let choice = GeneratorChoice(checkpoint: try request.parameter("id"))
            let path = try await library.path(choice.checkpoint)
            return try .json(
                await Compute.run { try shelf.playground(choice, path).space.latents(inFile: file) })
        }
        routes.post("/api/latents/direction", limit: pointLimit, json: DirectionRequest.self) { _, wanted in
            let path = try await library.path(wanted.generator.checkpoint)
            return try .json(
                await Compute.run {
                    let made = try shelf.playground(wanted.generator, path)
                    return LatentNumbers(try made.direction(of: wanted.attribute))
                })
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
    /// Width and height of each layer's activations, in pixels.
    let layerSizes: [ImageSize]
    /// Layers that truncation acts on, as published.
    let cutoff: Int
    /// The layers of the coarse, the middle and the fine styles.
    let scales: [Scale]
    /// The path of the training images, where they are known.
    let data: String?

    struct Scale: Encodable {
        let name: String
        let layers: [Int]
    }

    @Compute
    init(_ playground: LatentPlayground, data: String?) {
        let count = playground.layerCount
        layerCount = count
        hasStyles = playground.space.content == .styles
        layerSizes = playground.styles?.layerSizes ?? []
        cutoff = playground.styles?.truncatedLayers ?? 0
        scales =
            hasStyles
            ? StyleScale.allCases.map { Scale(name: $0.rawValue, layers: Array($0.layers(of: count))) } : []
        self.data = data
    }
}
