import Dispatch
import Foundation
import Synchronization

/// An arena that one page watches and steers, on a thread of its own.
///
/// The thread computes while a page asks it to, and ends with `close`, or when nobody holds the session any more.
public final class ArenaSession: Sendable {
    /// What a session gives.
    public enum Output: Sendable {
        /// An encoded frame: see `ArenaFrame.encoded`.
        case frame(Data)
        /// Anything else.
        case message(ArenaMessage)
    }

    private let inbox = ArenaInbox()

    /// - Parameter observe: called on the session's thread with all that it gives; it must not wait.
    public init(observe: @escaping @Sendable (Output) -> Void) {
        let inbox = inbox
        let thread = Thread { ArenaLoop(inbox, observe).run() }
        thread.name = "arena"
        thread.stackSize = 8 << 20
        thread.start()
    }

    deinit { close() }

    /// Asks for something; returns at once.
    public func send(_ request: ArenaRequest) { inbox.put(request) }

    /// Ends the thread, after the step that it is in.
    public func close() { inbox.close() }
}

/// Requests on their way to a session's thread.
final class ArenaInbox: Sendable {
    private struct Content {
        var requests: [ArenaRequest] = []
        var isClosed = false
    }

    private let content = Mutex(Content())
    private let arrivals = DispatchSemaphore(value: 0)
    /// A page that sends more than this before they are read is not waited for.
    private static let capacity = 1000

    func put(_ request: ArenaRequest) {
        content.withLock { if $0.requests.count < ArenaInbox.capacity { $0.requests.append(request) } }
        arrivals.signal()
    }

    func close() {
        content.withLock { $0.isClosed = true }
        arrivals.signal()
    }

    /// All that arrived; nil once the inbox is closed.
    func take() -> [ArenaRequest]? {
        content.withLock { content in
            defer { content.requests = [] }
            return content.isClosed ? nil : content.requests
        }
    }

    /// Returns when something arrives, or after some time.
    func wait(seconds: Double) { _ = arrivals.wait(timeout: .now() + seconds) }
}
