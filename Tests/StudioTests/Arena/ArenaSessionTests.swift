import Foundation
import GANs
import Studio
import Synchronization
import Testing

@Suite struct ArenaSessionTests {
    /// What a session gave so far.
    private final class Recorder: Sendable {
        private struct Content {
            var frames: [Data] = []
            var statuses: [ArenaStatus] = []
            var layouts: [ArenaLayout] = []
            var problems: [String] = []
        }

        private let content = Mutex(Content())

        func take(_ output: ArenaSession.Output) {
            content.withLock { content in
                switch output {
                case .frame(let data): content.frames.append(data)
                case .message(.layout(let layout)): content.layouts.append(layout)
                case .message(.status(let status)): content.statuses.append(status)
                case .message(.problem(let problem, _)): content.problems.append(problem)
                }
            }
        }

        var frames: [Data] { content.withLock(\.frames) }
        var statuses: [ArenaStatus] { content.withLock(\.statuses) }
        var layouts: [ArenaLayout] { content.withLock(\.layouts) }
        var problems: [String] { content.withLock(\.problems) }
    }

    private let recorder = Recorder()
    private let session: ArenaSession

    init() { session = ArenaSession { [recorder] in recorder.take($0) } }

    private func request(_ change: (inout ArenaRequest) -> Void) throws -> ArenaRequest {
        var request = try JSONDecoder().decode(ArenaRequest.self, from: Data("{}".utf8))
        change(&request)
        return request
    }

    private func send(_ change: (inout ArenaRequest) -> Void) throws { session.send(try request(change)) }

    /// Waits until something holds, for up to 30 seconds; sends what was drawn as the page does.
    private func wait(drawing: Bool = true, until condition: () throws -> Bool) async throws {
        for _ in 0..<3000 {
            if try condition() { return }
            if drawing { try send { $0.drawn = recorder.frames.count } }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("it did not come to that: \(recorder.problems)")
    }

    private var small: ArenaSettings {
        var settings = ArenaSettings()
        (settings.width, settings.depth, settings.batchSize) = (16, 2, 32)
        return settings
    }

    private func lastStep() throws -> Int {
        try recorder.frames.last.map { try DecodedFrame($0).views[0].step } ?? -1
    }

    @Test func `it trains, pauses, steps and looks back`() async throws {
        try send { $0.settings = [small] }
        try await wait { !recorder.frames.isEmpty }
        #expect(try lastStep() == 0)
        try send { $0.mode = .training }
        try await wait { try lastStep() > 30 }
        try send { $0.mode = .paused }
        try await wait { recorder.statuses.last?.mode == .paused }
        let (step, count) = (try lastStep(), recorder.frames.count)
        try await Task.sleep(for: .milliseconds(150))
        #expect(recorder.frames.count == count)
        try send { $0.step = .both }
        try await wait { recorder.frames.count > count }
        #expect(try lastStep() > step)
        try send { $0.show = 0 }
        try await wait { recorder.frames.count > count + 1 }
        #expect(recorder.frames.last == recorder.frames.first)
        session.close()
    }

    @Test func `two trainings of the same settings are the same, of other losses are not`() async throws {
        var other = small
        try send {
            $0.settings = [small, other]
            $0.step = .both
        }
        try await wait { try lastStep() == 1 }
        var views = try DecodedFrame(try #require(recorder.frames.last)).views
        #expect(views[0].arrays == views[1].arrays)
        other.objective = .minimax
        try send {
            $0.settings = [small, other]
            $0.restart = true
        }
        // At first the gradients of both are the same up to a factor, which Adam does not see.
        for _ in 0..<4 { try send { $0.step = .both } }
        try await wait { try recorder.layouts.last?.generation == 2 && lastStep() == 4 }
        views = try DecodedFrame(try #require(recorder.frames.last)).views
        let (one, two) = (views[0].arrays, views[1].arrays)
        let (sameReals, sameFakes) = (one["reals"] == two["reals"], one["generated"] == two["generated"])
        #expect(sameReals && !sameFakes)
    }

    @Test func `a setting changes while it trains`() async throws {
        try send {
            $0.settings = [small]
            $0.mode = .training
        }
        try await wait { try lastStep() > 10 }
        var changed = small
        (changed.objective, changed.discriminatorStrength) = (.hinge, 3)
        try send { $0.settings = [changed] }
        try await wait { recorder.layouts.last?.settings == [changed] }
        let step = try lastStep()
        try await wait { try lastStep() > step + 10 }
        #expect(recorder.layouts.last?.generation == 1 && recorder.problems.isEmpty)
    }

    @Test func `slow motion shows one phase after the other`() async throws {
        try send {
            $0.settings = [small]
            ($0.mode, $0.speed) = (.slow, 4)
        }
        try await wait { recorder.frames.count > 6 }
        session.close()
        let phases = try recorder.frames.dropFirst().prefix(6).map { try DecodedFrame($0).phase }
        #expect(
            phases == [
                "generate", "judge", "discriminator-learns", "pull", "generator-learns", "generate",
            ])
    }

    @Test func `what cannot be trained is told in a line, and the session goes on`() async throws {
        var wrong = small
        wrong.data = "no-such"
        try send { $0.settings = [wrong] }
        try send { $0.settings = [small, small, small] }
        session.send(
            try JSONDecoder().decode(ArenaRequest.self, from: Data(#"{"drawing":{"csv":"x\n"}}"#.utf8)))
        try await wait { recorder.problems.count == 3 }
        #expect(recorder.problems[0].contains("8-gaussians"))
        try send {
            $0.settings = [small]
            $0.step = .both
        }
        try await wait { try lastStep() == 1 }
    }

    @Test func `a page that draws nothing is sent no more than two frames ahead`() async throws {
        try send {
            $0.settings = [small]
            $0.mode = .training
        }
        try await wait(drawing: false) { recorder.statuses.count > 3 }
        #expect(recorder.frames.count <= 2)
    }

    @Test func `a pause shows the last step that was taken`() async throws {
        try send { $0.settings = [small] }
        try send { $0.mode = .training }
        // A page that draws nothing is sent two frames, and steps go on behind them.
        try await wait(drawing: false) { (recorder.statuses.last?.stepsPerSecond ?? 0) > 0 }
        try send { $0.mode = .paused }
        try await wait(drawing: false) { recorder.statuses.last?.mode == .paused }
        let command = try #require(recorder.statuses.last?.commands.first ?? nil)
        #expect(command.contains("--steps \(try lastStep()) "))
        #expect(try lastStep() > 2)
        session.close()
    }

    @Test func `a session that nobody holds ends its thread`() async throws {
        final class Mark: Sendable {}
        weak var mark: Mark?
        do {
            let held = Mark()
            mark = held
            let session = ArenaSession { _ in _ = held }
            session.send(
                try request {
                    $0.settings = [small]
                    $0.mode = .training
                })
        }
        for _ in 0..<500 where mark != nil { try await Task.sleep(for: .milliseconds(10)) }
        #expect(mark == nil)
    }
}
