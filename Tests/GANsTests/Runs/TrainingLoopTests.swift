import Foundation
import GANs
import TestSupport
import Testing

/// What a run writes into its folder, and when it ends.
@Suite struct TrainingLoopTests {
    private static func rows(_ folder: RunFolder) throws -> [MetricsRow] {
        try String(contentsOfFile: folder.metrics, encoding: .utf8).split(separator: "\n").map {
            try JSONDecoder().decode(MetricsRow.self, from: Data($0.utf8))
        }
    }

    @Test func `rows past the checkpoint that a run goes on from are dropped`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: runFolder, steps: 25, checkpointEvery: 15
            ).run()
            let whole = try Self.rows(runFolder)
            #expect(whole.map(\.step) == [10, 15, 20, 25])
            #expect(whole.map(\.images) == [40, 60, 80, 100])

            // As after a crash: the last line is half-written, the checkpoint is older than the rows.
            let text = try String(contentsOfFile: runFolder.metrics, encoding: .utf8)
            try (text + "{\"step\":2").write(
                toFile: runFolder.metrics, atomically: true, encoding: .utf8)
            let resumed = try Trainer(resumingFrom: runFolder.checkpoint(step: 15))
            let run = try SmallTraining.run(resumed, into: runFolder, steps: 25)
            #expect(try Self.rows(runFolder) == Array(whole[..<2]))
            try run.run()
            #expect(try Self.rows(runFolder).map(\.step) == [10, 15, 20, 25])
            #expect(try Self.rows(runFolder)[2].generatorLoss == whole[2].generatorLoss)
        }
    }

    @Test func `rows are means over their steps`() throws {
        try withTemporaryFolder { folder in
            var reports: [StepReport] = []
            let runFolder = RunFolder(folder + "/run")
            try SmallTraining.run(Trainer(SmallTraining.configuration), into: runFolder, steps: 20) {
                if case .step(let report, _, _, _) = $0 { reports.append(report) }
            }.run()
            #expect(reports.map(\.step) == Array(1...20))
            let row = try Self.rows(runFolder)[1]
            func mean(_ value: (StepReport) -> Double) -> Double {
                reports[10...].map(value).reduce(0, +) / 10
            }
            expectClose(
                [row.discriminatorLoss, row.generatorLoss, row.realScore, row.fakeScore],
                [
                    mean(\.discriminatorLoss), mean(\.generatorLoss), mean(\.realScore),
                    mean(\.fakeScore),
                ], absolute: 1e-12, relative: 0)
        }
    }

    @Test func `the folder holds what was promised`() throws {
        try withTemporaryFolder { folder in
            var events: [String] = []
            let runFolder = RunFolder(folder + "/deep/run")
            let run = try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: runFolder, steps: 10, sampleEvery: 4,
                checkpointEvery: 6
            ) { event in
                switch event {
                case .sampled(let step, _): events.append("sampled \(step)")
                case .saved(let step, _): events.append("saved \(step)")
                case .failure(let text): Issue.record("\(text)")
                case .warning(_, let warning): Issue.record("\(warning.message)")
                case .step, .metrics, .measuring: break
                }
            }
            try run.run()
            #expect(
                events == ["sampled 4", "saved 6", "sampled 8", "sampled 10", "saved 10"])
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: runFolder.path).sorted() == [
                    "checkpoints", "checkpoints/best.safetensors", "checkpoints/latest.safetensors",
                    "checkpoints/step-000006.safetensors", "checkpoints/step-000010.safetensors",
                    "config.json", "index.html", "losses.png",
                    "metrics.jsonl", "reals.png", "samples", "samples/step-000004.png",
                    "samples/step-000008.png",
                    "samples/step-000010.png",
                ])
            #expect(
                try CheckpointContents(path: runFolder.latestCheckpoint)
                    == CheckpointContents(path: runFolder.checkpoint(step: 10)))
            let losses = try Image(decoding: runFolder.losses)
            #expect(losses.width == 1000 && losses.height == 3 * 350)
            // 37 images in eight columns, 64 samples in eight.
            let (reals, samples) = (
                try Image(decoding: runFolder.reals), try Image(decoding: runFolder.sample(step: 10))
            )
            #expect(reals.width == 8 * 18 + 2 && reals.height == 5 * 18 + 2)
            #expect(samples.width == 8 * 18 + 2 && samples.height == 8 * 18 + 2)
            let record = try RunRecord(from: runFolder)
            #expect(record.training == SmallTraining.configuration)
            #expect(record.schedule == run.schedule)
            #expect(record.data == "memory")
        }
    }

    @Test func `whoever ends a training does not wait for a measurement`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            var measured = 0
            // Of the generated images, not of the 37 that are trained on.
            try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: runFolder, steps: 10, checkpointEvery: 6
            ) {
                if case .measuring(let done, _) = $0 { measured = max(measured, done) }
            }.run { measured > 37 }
            #expect(measured < 200)
            #expect(try Self.rows(runFolder).allSatisfy { $0.kid == nil })
            #expect(FileManager.default.fileExists(atPath: runFolder.checkpoint(step: 6)))
            let resumed = try Trainer(resumingFrom: runFolder.latestCheckpoint)
            #expect(resumed.progress.step == 6)
            try SmallTraining.run(resumed, into: runFolder, steps: 10).run()
            #expect(try Self.rows(runFolder).last?.kid != nil)
        }
    }

    @Test func `the sheets show what sampling the checkpoint gives`() throws {
        try withTemporaryFolder { folder in
            let checkpoint = try SmallTraining.checkpoint(in: folder)
            let images = try TrainedGenerator(path: checkpoint).images(seeds: Array(0..<64))
            let sheet = try Image(decoding: RunFolder(folder + "/run").sample(step: 2))
            #expect(Image.grid(images, columns: 8) == sheet)
        }
    }

    @Test func `the page shows every sheet, newest first, and nothing that is not there`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            let run = try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: runFolder, steps: 5, sampleEvery: 2)
            try run.run()
            let page = try String(contentsOfFile: runFolder.page, encoding: .utf8)
            let shown = page.matches(of: /src="([^"]+)"/).map { String($0.1) }
            #expect(shown == ["samples/step-000005.png", "reals.png"])
            // Which the slider shows.
            #expect(page.contains("data-steps=\"2 4 5\""))
            for file in shown {
                #expect(FileManager.default.fileExists(atPath: runFolder.path + "/" + file))
            }
            #expect(
                page.contains("<title>dcgan, 16x16, 3 channels, latent 8, batch 4</title>")
                    && !page.contains("http"))
        }
    }

    @Test func `removing a run leaves alone what is not of it`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            try SmallTraining.run(Trainer(SmallTraining.configuration), into: runFolder, steps: 1).run()
            let own = runFolder.path + "/samples/holiday.png"
            try Image(width: 1, height: 1, color: [0]).writePNG(to: own)
            #expect(runFolder.holdsRun)
            try runFolder.removeRun()
            #expect(!runFolder.holdsRun)
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: runFolder.path).sorted() == [
                    "samples", "samples/holiday.png",
                ])
        }
    }

    @Test func `an interruption before the first step leaves a checkpoint to go on from`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder + "/run")
            try SmallTraining.run(Trainer(SmallTraining.configuration), into: runFolder, steps: 3).run {
                true
            }
            let resumed = try Trainer(resumingFrom: runFolder.latestCheckpoint)
            #expect(resumed.progress.step == 0)
            try SmallTraining.run(resumed, into: runFolder, steps: 3).run()
            #expect(resumed.progress.step == 3)
        }
    }

    @Test func `a training of epochs ends once every image was shown as often`() throws {
        try withTemporaryFolder { folder in
            var shares: [Double] = []
            let run = try TrainingLoop(
                Trainer(SmallTraining.configuration), on: SmallTraining.dataset(), into: RunFolder(folder),
                schedule: Schedule(end: .epochs(2))
            ) {
                if case .step(_, let share, _, _) = $0 { shares.append(share) }
            }
            try run.run()
            // Twice 37 images in batches of 4.
            #expect(run.trainer.progress.step == 19)
            #expect(shares == (1...19).map { Double($0 * 4) / 74 })
        }
    }

    @Test func `a training of minutes ends with the step that reaches them`() throws {
        try withTemporaryFolder { folder in
            var secondsBefore = 0.0
            var run: TrainingLoop?
            run = try TrainingLoop(
                Trainer(SmallTraining.configuration), on: SmallTraining.dataset(), into: RunFolder(folder),
                schedule: Schedule(end: .minutes(0.001))
            ) { event in
                if case .step(_, let share, _, _) = event, share < 1, let run {
                    secondsBefore = run.trainer.progress.seconds
                }
            }
            try run?.run()
            #expect(secondsBefore < 0.06)
            #expect(try #require(run).trainer.progress.seconds >= 0.06)
        }
    }
}
