import Foundation

/// When the next step, phase, frame and status are due.
struct ArenaPace {
    /// Steps a second at most; in slow motion, how many times faster phases follow each other.
    var limit: Double?
    /// Steps a second, a mean over about the last second.
    private(set) var stepsPerSecond = 0.0
    private var now: Double { ProcessInfo.processInfo.systemUptime }
    private var lastStep = 0.0
    private var lastPhase = 0.0
    private var lastFrame = 0.0
    private var lastStatus = 0.0
    private var counted = (steps: 0, since: 0.0)

    /// Begins counting anew.
    mutating func forget() {
        stepsPerSecond = 0
        counted = (0, now)
        (lastStep, lastPhase) = (0, 0)
    }

    /// Whether the limit lets a step be taken.
    var stepIsDue: Bool { limit.map { now - lastStep >= 1 / $0 } ?? true }

    mutating func countStep() {
        let now = now
        // A schedule that is a little late is caught up with, one that is far behind is not.
        lastStep = limit.map { max(lastStep + 1 / $0, now - 0.1) } ?? now
        counted.steps += 1
        let seconds = now - counted.since
        if seconds >= 0.5 {
            stepsPerSecond = Double(counted.steps) / seconds
            counted = (0, now)
        }
    }

    mutating func phaseIsDue(every seconds: Double) -> Bool {
        isDue(\.lastPhase, every: seconds / min(max(limit ?? 1, 0.25), 4))
    }

    mutating func frameIsDue(every seconds: Double) -> Bool { isDue(\.lastFrame, every: seconds) }

    mutating func statusIsDue(every seconds: Double) -> Bool { isDue(\.lastStatus, every: seconds) }

    private mutating func isDue(_ last: WritableKeyPath<ArenaPace, Double>, every seconds: Double) -> Bool {
        let now = now
        guard now - self[keyPath: last] >= seconds else { return false }
        self[keyPath: last] = now
        return true
    }

    /// How long the thread may sleep unless something arrives.
    func secondsToWait(_ mode: ArenaRequest.Mode) -> Double {
        switch mode {
        case .paused: 60
        case .slow: 0.02
        case .training: limit.map { min(0.02, 1 / $0) } ?? 0
        }
    }
}
