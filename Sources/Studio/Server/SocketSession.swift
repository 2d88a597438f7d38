import FlyingFox
import Foundation
import Synchronization

/// A message of a WebSocket.
enum SocketMessage: Sendable {
    case text(String)
    case data(Data)
}

/// A page's WebSocket, as long as the page is open.
///
/// Nothing piles up: what a slow page has not taken gives way to the newest of its kind.
final class SocketSession: Sendable {
    /// What the page sends, until it is left.
    let messages: AsyncStream<SocketMessage>
    fileprivate let incoming: AsyncStream<SocketMessage>.Continuation
    fileprivate let outbox = Outbox()

    init(newestOnly: Bool) {
        (messages, incoming) = AsyncStream.makeStream(
            bufferingPolicy: newestOnly ? .bufferingNewest(1) : .bufferingOldest(256))
    }

    /// Sends a message when the page takes it.
    ///
    /// - Parameter kind: of messages of which only the newest counts; nil for one that must arrive.
    func send(_ message: SocketMessage, replacing kind: String? = nil) { outbox.put(message, kind: kind) }

    /// Sends a value as JSON.
    func send(json value: some Encodable, replacing kind: String? = nil) throws {
        send(.text(String(decoding: try JSONEncoder().encode(value), as: UTF8.self)), replacing: kind)
    }

    /// Whether what was sent has been handed to the connection, so that the next would not only wait.
    var isDrained: Bool { outbox.isEmpty }
}

/// Messages on their way to a page.
private final class Outbox: Sendable {
    private struct State {
        var waiting: [(kind: String?, message: SocketMessage)] = []
        var taker: CheckedContinuation<SocketMessage?, Never>?
        var isClosed = false
    }

    private let state = Mutex(State())
    /// A page that leaves so many untaken does not read any more.
    private static let capacity = 256

    var isEmpty: Bool { state.withLock { $0.waiting.isEmpty } }

    func put(_ message: SocketMessage, kind: String?) {
        let taker = state.withLock { state -> CheckedContinuation<SocketMessage?, Never>? in
            if state.isClosed { return nil }
            if let taker = state.taker.take() { return taker }
            if let kind { state.waiting.removeAll { $0.kind == kind } }
            state.waiting.append((kind, message))
            if state.waiting.count > Outbox.capacity { state.isClosed = true }
            return nil
        }
        taker?.resume(returning: message)
    }

    /// The next message; nil once all are taken and no more will come.
    func next() async -> SocketMessage? {
        await withCheckedContinuation { continuation in
            let message = state.withLock { state -> SocketMessage?? in
                if !state.waiting.isEmpty { return state.waiting.removeFirst().message }
                if state.isClosed { return .some(nil) }
                state.taker = continuation
                return nil
            }
            if let message { continuation.resume(returning: message) }
        }
    }

    func close() {
        let taker = state.withLock { state in
            state.isClosed = true
            return state.taker.take()
        }
        taker?.resume(returning: nil)
    }
}

/// Speaks the WebSocket protocol for a session.
///
/// Frames are made when the connection takes them, so that what waits for a slow page stays in its outbox.
struct SocketHandler: WSHandler {
    let newestOnly: Bool
    let body: @Sendable (SocketSession) async throws -> Void

    /// Larger messages end the session.
    private static let maximumMessage = 1 << 22

    func makeFrames(for client: AsyncThrowingStream<WSFrame, any Error>) async throws -> AsyncStream<WSFrame>
    {
        let session = SocketSession(newestOnly: newestOnly)
        let reader = Task {
            defer {
                session.incoming.finish()
                session.outbox.close()
            }
            try await SocketHandler.read(client, into: session)
        }
        let worker = Task {
            defer { session.outbox.close() }
            do { try await body(session) } catch {
                try? session.send(json: ["error": StudioError(error).description])
            }
        }
        // The connection lets go of the stream when it ends in any way.
        let life = SessionLife(tasks: [reader, worker])
        return AsyncStream {
            defer { withExtendedLifetime(life) {} }
            switch await session.outbox.next() {
            case .text(let text):
                return WSFrame(fin: true, opcode: .text, mask: nil, payload: Data(text.utf8))
            case .data(let data): return WSFrame(fin: true, opcode: .binary, mask: nil, payload: data)
            case nil: return nil
            }
        }
    }

    /// Hands messages on until the page closes the session or breaks the protocol.
    private static func read(
        _ client: AsyncThrowingStream<WSFrame, any Error>, into session: SocketSession
    ) async throws {
        var (opcode, gathered) = (WSFrame.Opcode.text, Data())
        for try await frame in client {
            switch frame.opcode {
            case .text, .binary: (opcode, gathered) = (frame.opcode, frame.payload)
            case .continuation: gathered += frame.payload
            case .ping, .pong: continue
            default: return
            }
            guard gathered.count <= maximumMessage else { return }
            // An empty one only says that the page is still there.
            guard frame.fin && !gathered.isEmpty else { continue }
            session.incoming.yield(
                opcode == .text ? .text(String(decoding: gathered, as: UTF8.self)) : .data(gathered))
        }
    }
}

/// Ends a session's tasks when nobody holds it any more.
private final class SessionLife: Sendable {
    private let tasks: [any Cancellable]

    init(tasks: [any Cancellable]) { self.tasks = tasks }

    deinit { for task in tasks { task.cancel() } }
}

private protocol Cancellable: Sendable { func cancel() }
extension Task: Cancellable {}
