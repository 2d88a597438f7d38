import Foundation
import GANs

/// What a session's thread does: it takes requests, trains, and gives frames.
final class ArenaLoop {
    private let inbox: ArenaInbox
    private let observe: (ArenaSession.Output) -> Void
    private let ring = ArenaRing()
    private var history = ArenaHistory()
    private var mode = ArenaRequest.Mode.paused
    private var phase: ArenaPhase?
    private var drawing: DrawnPoints?
    private var showsAverage = false
    private var pace = ArenaPace()
    private var framesSent = 0
    private var framesDrawn = 0
    private var generation = 0

    /// Seconds from one frame to the next while training goes on.
    static let frameInterval = 1.0 / 33
    /// Seconds that slow motion stays at each phase, at the speed of 1.
    static let phaseSeconds = 1.6
    /// Seconds from one status to the next.
    private static let statusInterval = 0.25

    init(_ inbox: ArenaInbox, _ observe: @escaping (ArenaSession.Output) -> Void) {
        (self.inbox, self.observe) = (inbox, observe)
    }

    /// Computes on one thread, since the browser needs another, and returns when the inbox is closed.
    func run() {
        Parallel.limited(to: 1) {
            while let requests = inbox.take() {
                for request in requests { handle(request) }
                if advance() { inbox.wait(seconds: pace.secondsToWait(mode)) }
            }
        }
    }

    private func handle(_ request: ArenaRequest) {
        framesDrawn = max(framesDrawn, request.drawn ?? 0)
        do {
            if let drawing = request.drawing { self.drawing = try drawing.drawnPoints() }
            if let settings = request.settings ?? (request.restart == true ? ring.settings : nil) {
                try begin(settings, anew: request.restart ?? false)
            } else if request.drawing != nil,
                ring.settings.contains(where: { $0.data == ArenaData.drawnName })
            {
                try begin(ring.settings, anew: false)
            }
        } catch {
            observe(.message(.problem("\(error)", setting: (error as? ConfigurationError)?.setting)))
        }
        if let average = request.average, average != showsAverage {
            showsAverage = average
            if mode == .paused { giveFrame() }
        }
        if let speed = request.speed { pace.limit = speed > 0 ? speed : nil }
        if let mode = request.mode { change(to: mode) }
        if let step = request.step { take(step) }
        if let place = request.show, history.frames.indices.contains(place) {
            observe(.frame(history.frames[place]))
            framesSent += 1
        }
    }

    /// Goes on by settings, or begins anew where it must.
    private func begin(_ settings: [ArenaSettings], anew: Bool) throws {
        guard try ring.change(to: settings, drawing: drawing, anew: anew) else { return tellLayout() }
        (history, phase, mode) = (ArenaHistory(), nil, anew ? mode : .paused)
        generation += 1
        pace.forget()
        tellLayout()
        giveFrame()
    }

    private func change(to mode: ArenaRequest.Mode) {
        let wasTraining = self.mode == .training
        self.mode = ring.isEmpty ? .paused : mode
        phase = mode == .slow ? phase : nil
        pace.forget()
        // The last steps before a pause may lie between two frames.
        if wasTraining { giveFrame() }
        tellStatus()
    }

    private func take(_ step: ArenaRequest.Step) {
        guard !ring.isEmpty else { return }
        mode = .paused
        attempt {
            switch step {
            case .both: try ring.step()
            case .discriminator: try ring.step(of: .discriminator)
            case .generator: try ring.step(of: .generator)
            case .phase: try takePhase()
            }
        }
        if step != .phase { phase = nil }
        giveFrame()
        tellStatus()
    }

    /// - Returns: whether there is nothing to do at once.
    private func advance() -> Bool {
        if pace.statusIsDue(every: ArenaLoop.statusInterval) && mode != .paused { tellStatus() }
        switch mode {
        case .paused: return true
        case .slow:
            guard pace.phaseIsDue(every: ArenaLoop.phaseSeconds) else { return true }
            attempt(takePhase)
            giveFrame()
            return false
        case .training:
            guard pace.stepIsDue else { return true }
            attempt(ring.step)
            pace.countStep()
            if framesSent - framesDrawn < 2, pace.frameIsDue(every: ArenaLoop.frameInterval) { giveFrame() }
            return false
        }
    }

    private func takePhase() throws {
        let phases = ArenaPhase.allCases
        let next = phase.flatMap(phases.firstIndex).map { $0 + 1 } ?? 0
        phase = phases[next % phases.count]
        switch phase {
        case .discriminatorLearns: try ring.step(of: .discriminator)
        case .generatorLearns: try ring.step(of: .generator)
        case .generate, .judge, .pull, nil: break
        }
    }

    /// A training that diverged stays as it is, to be looked at.
    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch {
            mode = .paused
            observe(.message(.problem("\(error)", setting: nil)))
            tellStatus()
        }
    }

    private func giveFrame() {
        guard !ring.isEmpty else { return }
        let frame = ArenaFrame(
            number: history.frames.count, phase: phase,
            views: ring.views(ofAverage: showsAverage, countsAll: mode != .training)
        ).encoded()
        history.offer(frame)
        framesSent += 1
        observe(.frame(frame))
    }

    private func tellLayout() {
        guard let layout = ring.layout(generation: generation) else { return }
        observe(.message(.layout(layout)))
        tellStatus()
    }

    private func tellStatus() {
        observe(
            .message(
                .status(
                    ArenaStatus(
                        mode: mode, stepsPerSecond: mode == .training ? pace.stepsPerSecond : 0,
                        frames: history.frames.count, commands: ring.commands))))
    }
}
