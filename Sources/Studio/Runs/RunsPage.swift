import CStudioWeb
import FlyingFox

/// Runs below the folder: their figures and sheets, live; starting, stopping, resuming.
enum RunsPage: Page {
    static let name = "runs"
    static let title = "Runs"
    static var files: UnsafePointer<web_file>? { runs_files() }

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        routes.get("/api/runs") { _ in try .json(["folder": studio.folder]) }
    }
}
