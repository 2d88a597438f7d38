import CStudioWeb
import FlyingFox
import Foundation
import GANs
import Images

/// Drawn label maps, outlines and photos become images while one draws.
enum TranslatePage: Page {
    static let name = "translate"
    static let title = "Translate"
    static var files: UnsafePointer<web_file>? { translate_files() }

    /// A side of an image that is read.
    private static let maximumSide = 1024

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        let library = TranslationLibrary(studio)
        routes.get("/api/translate/checkpoints") { _ in try .json(await library.choices()) }
        routes.get("/api/translate/checkpoints/:id") { request in
            try .json(await abilities(of: request.parameter("id"), library))
        }
        routes.get("/api/translate/examples/:kind/:size/:number") { request in
            try example(
                request.parameter("kind"), request.parameter("size"), request.parameter("number"))
        }
        routes.post("/api/translate/checkpoints/:id/read-map", limit: 1 << 22) { request, data in
            try bytes(await map(in: data, for: request.parameter("id"), library))
        }
        routes.post("/api/translate/checkpoints/:id/write-map", limit: 1 << 21) { request, data in
            try await png(of: data, for: request.parameter("id"), library)
        }
        routes.post("/api/translate/png", limit: 1 << 23) { _, data in try await savedImage(of: data, library)
        }
        routes.socket("/api/translate/session", newestOnly: true) { _, page in
            for await message in page.messages {
                guard case .data(let data) = message else { continue }
                do {
                    page.send(.data(try await reply(to: data, library)), replacing: "image")
                } catch {
                    try page.send(json: ["error": StudioError(error).description])
                }
            }
        }
    }

    private struct Abilities: Encodable, Sendable {
        let step: Int
        let takesStyle: Bool
        let scoresPatches: Bool
    }

    @Compute private static func abilities(of id: String, _ library: TranslationLibrary) throws -> Abilities {
        let network = try library.network(id, nil)
        return Abilities(
            step: network.step, takesStyle: network.takesStyle, scoresPatches: network.scoresPatches)
    }

    @Compute private static func reply(to data: Data, _ library: TranslationLibrary) throws -> Data {
        let message = try PixelMessage<TranslationRequest>(data, maximumSide: maximumSide)
        let network = try library.network(message.header.checkpoint, message.header.direction)
        let start = ContinuousClock.now
        let images = try network.images(of: message)
        let milliseconds = (ContinuousClock.now - start) / .milliseconds(1)
        return try PixelMessage(
            TranslationReply(number: message.header.number, milliseconds: milliseconds), images
        ).encoded()
    }

    /// The result as a file.
    @Compute private static func savedImage(
        of data: Data, _ library: TranslationLibrary
    ) throws -> HTTPResponse {
        let message = try PixelMessage<TranslationRequest>(data, maximumSide: maximumSide)
        let opened = try library.opened(message.header.checkpoint, message.header.direction)
        let origin = opened.origin.with(input: "what was drawn or loaded in gan studio")
        return .png(try opened.network.images(of: message)[0], origin)
    }

    private static func example(
        _ kind: String, _ size: String, _ number: String
    ) throws -> HTTPResponse {
        guard let kind = TranslationExample(rawValue: kind), let number = UInt64(number),
            let size = Int(size), (16...512).contains(size)
        else { throw StudioError.notFound("example") }
        return try bytes(kind.image(number: number, size: size))
    }

    /// A label map that a person loads.
    @Compute private static func map(
        in data: Data, for id: String, _ library: TranslationLibrary
    ) throws -> Image {
        let map = try LabelMap(decoding: [UInt8](data), path: "the file").labels
        guard let labels = try library.network(id, nil).labels else {
            throw StudioError(.badRequest, "this checkpoint translates images, not label maps")
        }
        guard map.pixels.allSatisfy({ $0 < labels.count }) else {
            throw StudioError(
                .badRequest, "the file has other labels than the \(labels.count) that the checkpoint knows")
        }
        guard map.width <= maximumSide, map.height <= maximumSide else {
            throw StudioError(
                .badRequest, "the map is too large; at most \(maximumSide) pixels a side are read")
        }
        return map
    }

    /// A label map as a file that `gan translate` reads.
    @Compute private static func png(
        of data: Data, for id: String, _ library: TranslationLibrary
    ) throws -> HTTPResponse {
        let message = try PixelMessage<[String: String]>(data, maximumSide: maximumSide)
        guard let map = message.images.first, map.channels == 1,
            let labels = try library.network(id, nil).labels,
            map.pixels.allSatisfy({ $0 < labels.count })
        else { throw StudioError(.badRequest, "the image is no map of the labels that the checkpoint knows") }
        return .data(Data(map.indexedPNGData(palette: labels.palette)), type: "image/png")
    }

    private static func bytes(_ image: Image) throws -> HTTPResponse {
        .data(
            try PixelMessage([String: String](), [image]).encoded(), type: "application/octet-stream")
    }
}
