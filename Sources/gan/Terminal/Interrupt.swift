import Foundation
import Synchronization

/// Ctrl-C, and the polite requests to end: the first is noted, a second ends the program at once.
enum Interrupt {
    private static let requested = Atomic<Bool>(false)

    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    static func listen() {
        // Of a terminal that is closed several may come, so that SIGHUP never ends the program at once.
        for number in [SIGINT, SIGTERM, SIGHUP] where !isIgnored(number) {
            // Whoever started the program may have left it blocked.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, number)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            signal(number) { number in
                // Every file is replaced whole, so leaving at once costs the step in progress.
                if Interrupt.requested.exchange(true, ordering: .relaxed) && number != SIGHUP { _exit(130) }
            }
        }
    }

    /// Whether whoever started the program asked that a signal should not end it, as nohup does.
    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(number, nil, &action) == 0 else { return false }
        let handler = unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
        return handler == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
