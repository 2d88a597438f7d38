import Foundation
import Synchronization

/// Work split over the processor's cores.
///
/// The pieces are chosen by the caller from the problem's size alone, never from the number of threads,
/// so that results are the same bits on any number of threads.
public enum Parallel {
    private static let availableCores = max(1, ProcessInfo.processInfo.activeProcessorCount)
    private static let configuredThreads = Atomic<Int>(0)

    /// How many threads share the work: all cores unless set.
    public static var threads: Int {
        get {
            let configured = configuredThreads.load(ordering: .relaxed)
            return configured > 0 ? configured : availableCores
        }
        set { configuredThreads.store(newValue, ordering: .relaxed) }
    }

    /// Calls `body` once for each piece in `0..<pieces`, on up to `threads` threads, in any order.
    public static func forEach(_ pieces: Int, _ body: @Sendable (_ piece: Int) -> Void) {
        let workers = min(pieces, threads)
        guard workers > 1 else {
            for piece in 0..<pieces { body(piece) }
            return
        }
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let piece = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard piece < pieces else { return }
                body(piece)
            }
        }
    }

    /// Calls `body` with consecutive ranges that cover `0..<count`, each of at most `chunk` elements.
    public static func forEachChunk(
        of count: Int, chunk: Int, _ body: @Sendable (_ range: Range<Int>) -> Void
    ) {
        forEach((count + chunk - 1) / chunk) { piece in
            body(piece * chunk..<min(count, (piece + 1) * chunk))
        }
    }
}

/// Pointers handed to several threads that touch different parts of what they point to, or only read.
struct Shared<Value>: @unchecked Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
}
