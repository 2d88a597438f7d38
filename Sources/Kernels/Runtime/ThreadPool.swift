import CLoops
import Foundation
import Synchronization

/// Worker threads that spin for a moment after each job before they sleep.
///
/// A training step splits its work some four hundred times, and waking a sleeping thread takes about 30
/// microseconds, as long as a small piece of work.
final class ThreadPool: Sendable {
    /// Pieces of one job, valid while it is open or threads are in it.
    private struct Job {
        var body: UnsafePointer<(Int) -> Void>?
        var pieces = 0
        /// Threads besides the caller's that may join.
        var helpers = 0
    }

    /// Written only by the thread that holds `isBusy`, while the job is closed and nobody is in it.
    private nonisolated(unsafe) var job = Job()
    private let isBusy = Atomic<Bool>(false)
    private let nextPiece = Atomic<Int>(0)
    /// The job's number times 2^32, plus `openBit` while threads may join, plus how many are in it.
    private let gate = Atomic<UInt64>(0)
    private static let openBit: UInt64 = 1 << 31
    private let sleepers = Atomic<Int>(0)
    private let wake = NSCondition()
    private let callerSleeps = Atomic<Bool>(false)
    private let left = NSCondition()
    private let started = Mutex(0)

    /// How often a waiting thread polls before it sleeps: about 50 microseconds.
    static let looks = 1500

    /// Calls `body` once for each piece, on up to `threads` threads including the calling one.
    ///
    /// While the pool is busy with another caller's job, the calling thread does all pieces.
    func run(_ pieces: Int, threads: Int, _ body: UnsafePointer<(Int) -> Void>) {
        guard threads > 1, !isBusy.exchange(true, ordering: .acquiring) else {
            for piece in 0..<pieces { body.pointee(piece) }
            return
        }
        start(threads - 1)
        job = Job(body: body, pieces: pieces, helpers: threads - 1)
        nextPiece.store(0, ordering: .relaxed)
        let number = (gate.load(ordering: .relaxed) >> 32) + 1
        gate.store(number << 32 | ThreadPool.openBit, ordering: .sequentiallyConsistent)
        if sleepers.load(ordering: .sequentiallyConsistent) > 0 {
            wake.lock()
            wake.broadcast()
            wake.unlock()
        }
        takePieces()
        gate.bitwiseAnd(~ThreadPool.openBit, ordering: .sequentiallyConsistent)
        waitForHelpers()
        isBusy.store(false, ordering: .releasing)
    }

    /// Waits until nobody is in the closed job.
    ///
    /// Where that takes long, another program has the core of a thread in it. Then the caller sleeps, so that this thread
    /// gets the caller's core: yielding it instead may give it to the other program.
    private func waitForHelpers() {
        for _ in 0..<ThreadPool.looks {
            if hasLeft { return }
            loop_pause()
        }
        left.lock()
        defer { left.unlock() }
        // Announced before looking once more: either the last helper sees it, or the caller that it has left.
        callerSleeps.store(true, ordering: .sequentiallyConsistent)
        defer { callerSleeps.store(false, ordering: .relaxed) }
        while !hasLeft { left.wait() }
    }

    /// Whether nobody is in the job, which is closed.
    private var hasLeft: Bool {
        gate.load(ordering: .sequentiallyConsistent) & (ThreadPool.openBit - 1) == 0
    }

    /// A function of its own, so that nothing of the job is retained when it returns.
    @inline(never)
    private func takePieces() {
        guard let body = job.body else { return }
        let pieces = job.pieces
        while true {
            let piece = nextPiece.wrappingAdd(1, ordering: .relaxed).oldValue
            guard piece < pieces else { return }
            body.pointee(piece)
        }
    }

    private func start(_ count: Int) {
        started.withLock { started in
            while started < count {
                let index = started
                Thread.detachNewThread { self.help(index) }
                started += 1
            }
        }
    }

    /// The loop of a worker thread: it joins every open job once.
    private func help(_ index: Int) {
        var last: UInt64 = 0
        while true {
            let number = waitForJob(after: last)
            last = number
            guard join(number) else { continue }
            if index < job.helpers { takePieces() }
            gate.wrappingSubtract(1, ordering: .sequentiallyConsistent)
            if callerSleeps.load(ordering: .sequentiallyConsistent) {
                left.lock()
                left.broadcast()
                left.unlock()
            }
        }
    }

    /// Joins a job that is still open, whose caller then waits for this thread to leave; false if it is
    /// closed.
    private func join(_ number: UInt64) -> Bool {
        var word = gate.load(ordering: .acquiring)
        while word >> 32 == number && word & ThreadPool.openBit != 0 {
            let (exchanged, original) = gate.compareExchange(
                expected: word, desired: word + 1, ordering: .acquiringAndReleasing)
            if exchanged { return true }
            word = original
        }
        return false
    }

    private func waitForJob(after last: UInt64) -> UInt64 {
        for _ in 0..<ThreadPool.looks {
            if let number = openJob(after: last) { return number }
            loop_pause()
        }
        wake.lock()
        defer { wake.unlock() }
        // Announced before polling once more: either the caller sees a sleeper, or the sleeper sees the job.
        sleepers.wrappingAdd(1, ordering: .sequentiallyConsistent)
        defer { sleepers.wrappingSubtract(1, ordering: .sequentiallyConsistent) }
        while true {
            if let number = openJob(after: last) { return number }
            wake.wait()
        }
    }

    private func openJob(after last: UInt64) -> UInt64? {
        let word = gate.load(ordering: .sequentiallyConsistent)
        return word & ThreadPool.openBit != 0 && word >> 32 != last ? word >> 32 : nil
    }
}
