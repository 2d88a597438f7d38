import CStudioWeb
import FlyingFox
import Foundation
import Synchronization

/// Toy trainings in one and two dimensions, watched and steered step by step.
enum ArenaPage: Page {
    static let name = "arena"
    static let title = "Arena"
    static var files: UnsafePointer<web_file>? { arena_files() }

    /// Pages that train at once; each has a thread of its own.
    private static let mostSessions = 8
    private static let sessions = Mutex(0)

    static func addRoutes(to routes: inout Routes, _ studio: StudioContext) {
        routes.get("/api/arena/options") { _ in try .json(ArenaOptions()) }
        routes.socket("/api/arena/session") { _, page in try await serve(page) }
    }

    private static func serve(_ page: SocketSession) async throws {
        let isFree = sessions.withLock { count in
            guard count < mostSessions else { return false }
            count += 1
            return true
        }
        guard isFree else {
            throw StudioError(.tooManyRequests, "\(mostSessions) arenas are open already; close one")
        }
        defer { sessions.withLock { $0 -= 1 } }
        let session = ArenaSession { output in
            switch output {
            case .frame(let frame): page.send(.data(frame), replacing: "frame")
            case .message(let message): try? page.send(json: message, replacing: message.kind)
            }
        }
        defer { session.close() }
        for await message in page.messages {
            guard case .text(let text) = message else { continue }
            do {
                session.send(try JSONDecoder().decode(ArenaRequest.self, from: Data(text.utf8)))
            } catch {
                try page.send(json: ArenaMessage.problem(StudioError(error).description, setting: nil))
            }
        }
    }
}

extension ArenaMessage {
    /// Of which only the newest counts; nil of one that must arrive.
    fileprivate var kind: String? {
        switch self {
        case .layout: "layout"
        case .status: "status"
        case .problem: nil
        }
    }
}
