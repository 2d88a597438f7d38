import CLoops
import Dispatch
import Foundation

/// Threads that compute the same of different data, and meet where they need each other's.
///
/// Where there are at least as many as cores, each runs on one core, and at a time as many as there are cores; where there
/// are fewer, one at a time runs on all cores. What a meeting is for is done by the first thread, the caller's, while the others wait.
final class ShardThreads: @unchecked Sendable {
    /// How many threads there are.
    let count: Int
    /// Cores that each may use, and that all may use together.
    private let (cores, allCores): (Int, Int)
    /// Whether there is a core for each at all times.
    private let hasOwnCores: Bool
    /// Held while the following changes.
    private let lock = NSLock()
    /// How many more may run.
    private var places: Int
    /// Those that may run when there is a place.
    private var ready: ArraySlice<Int> = []
    /// Tell each that it may go on.
    private let signals: [DispatchSemaphore]
    /// How many have come to the meeting, and what each brings.
    private var arrived = 0
    private var brought: [UnsafeMutableRawPointer?]
    /// What the first did for all, while they meet.
    private var made: Any?

    init(_ count: Int) {
        self.count = count
        allCores = Parallel.threads
        (places, cores) = count >= allCores ? (allCores, 1) : (1, allCores)
        hasOwnCores = count == allCores
        signals = (0..<count).map { _ in DispatchSemaphore(value: 0) }
        brought = Array(repeating: nil, count: count)
    }

    /// Computes something on all threads, each of which has a number from 0. They meet in the end.
    ///
    /// - Returns: what the first one computed.
    func run<Value>(_ body: (_ number: Int) -> Value) -> Value {
        withoutActuallyEscaping({ _ = body($0) }) { others in
            withUnsafePointer(to: others) { others in
                for number in 1..<count { start(number, Body(pointer: others)) }
                goOn()
                let value = Parallel.limited(to: cores) { body(0) }
                end(0)
                return value
            }
        }
    }

    private struct Body: @unchecked Sendable { let pointer: UnsafePointer<(Int) -> Void> }

    private func start(_ number: Int, _ body: Body) {
        let thread = Thread { [self] in
            signals[number].wait()
            Parallel.limited(to: cores) { body.pointer.pointee(number) }
            end(number)
        }
        // As the first thread of a program has.
        thread.stackSize = 8 << 20
        thread.start()
    }

    /// Waits until all have come here; then the first one makes something of what all bring, before any goes on.
    ///
    /// - Parameter number: of the thread that comes.
    func meet(
        _ number: Int, bringing own: UnsafeMutableRawPointer? = nil,
        _ body: ([UnsafeMutableRawPointer?]) -> Void
    ) {
        lock.lock()
        brought[number] = own
        arrived += 1
        if arrived == count { signals[0].signal() }
        places += 1
        fillPlaces()
        lock.unlock()
        wait(number)
        guard number == 0 else { return }
        Parallel.limited(to: allCores) { body(brought) }
        goOn()
    }

    /// Looks for a moment where each thread has a core: waking one that sleeps takes long.
    private func wait(_ number: Int) {
        if hasOwnCores {
            for _ in 0..<ThreadPool.looks {
                if signals[number].wait(timeout: .now()) == .success { return }
                loop_pause()
            }
        }
        signals[number].wait()
    }

    /// The first one goes on, and others as there are places.
    private func goOn() {
        lock.lock()
        arrived = 0
        ready = ArraySlice(1..<count)
        places -= 1
        fillPlaces()
        lock.unlock()
    }

    /// Waits for all, whose work may then be released.
    private func end(_ number: Int) {
        meet(number) { _ in }
        lock.lock()
        places += 1
        fillPlaces()
        lock.unlock()
    }

    private func fillPlaces() {
        while places > 0, let next = ready.popFirst() {
            places -= 1
            signals[next].signal()
        }
    }

    /// What the first one makes when all have come here.
    func once<Value>(_ number: Int, _ make: () -> Value) -> Value {
        meet(number) { _ in made = make() }
        guard let value = made as? Value else { fatalError("shards came to different meetings") }
        return value
    }
}
