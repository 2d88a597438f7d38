import Foundation
import Synchronization

/// Ctrl-C, and the polite request to end: the first is noted, a second ends the program at once.
enum Interrupt {
    private static let requested = Atomic<Bool>(false)

    static var isRequested: Bool { requested.load(ordering: .relaxed) }

    static func listen() {
        // Whoever started the program may have left them blocked.
        var signals = sigset_t()
        sigemptyset(&signals)
        for number in [SIGINT, SIGTERM] { sigaddset(&signals, number) }
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        for number in [SIGINT, SIGTERM] {
            signal(number) { _ in
                // Every file is replaced whole, so leaving at once costs the step in progress.
                if Interrupt.requested.exchange(true, ordering: .relaxed) { _exit(130) }
            }
        }
    }
}
