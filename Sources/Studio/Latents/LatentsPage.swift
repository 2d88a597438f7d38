import CStudioWeb
import FlyingFox

/// Playing with the latents of trained generators.
enum LatentsPage: Page {
    static let name = "latents"
    static let title = "Latents"
    static var files: UnsafePointer<web_file>? { latents_files() }

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        routes.socket("/api/latents/session", newestOnly: true) { _, session in
            for await message in session.messages { session.send(message, replacing: "image") }
        }
    }
}
