import Checkpoints
import Datasets
import Files
import Foundation
import GANs
import TestSupport
import Testing

/// A run goes on as it would have, whatever it was cut off in and whatever became of its folder.
@Suite struct RunRecoveryTests {
    private static func rows(_ folder: RunFolder) throws -> [MetricsRow] {
        try MetricsLog(folder, lastStep: .max).rows.map { row in
            var row = row
            (row.seconds, row.imagesPerSecond) = (0, 0)
            return row
        }
    }

    private static func loop(
        _ trainer: Trainer, _ folder: RunFolder, _ schedule: Schedule,
        observe: @escaping (TrainingEvent) -> Void = { _ in }
    ) throws -> TrainingLoop {
        try TrainingLoop(
            trainer, on: SmallTraining.dataset(), into: folder, schedule: schedule, observe: observe)
    }

    @Test func `without a latest checkpoint the newest that is whole is taken`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: folder, steps: 6, checkpointEvery: 2
            ).run()
            #expect(folder.newestCheckpoint == folder.latestCheckpoint)
            unlink(folder.latestCheckpoint)
            #expect(folder.newestCheckpoint == folder.checkpoint(step: 6))
            truncate(folder.checkpoint(step: 6), 1000)
            #expect(folder.newestCheckpoint == folder.checkpoint(step: 4))
            for step in [2, 4] { truncate(folder.checkpoint(step: step), 0) }
            // Whose reading says what is wrong.
            #expect(folder.newestCheckpoint == folder.checkpoint(step: 6))
            for file in [folder.configuration, folder.metrics] { unlink(file) }
            #expect(folder.holdsRun)
        }
    }

    @Test func `names of checkpoints that a run was cut off before are given when it goes on`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            let schedule = Schedule(end: .steps(14), checkpointEvery: 7)
            try Self.loop(Trainer(SmallTraining.configuration), folder, schedule).run()
            let measured = try Self.rows(folder).filter { $0.kid != nil }
            // With every checkpoint, no matter what steps rows are of.
            #expect(measured.map(\.step) == [7, 14])
            let (latest, best) = (
                try CheckpointContents(path: folder.latestCheckpoint),
                try CheckpointContents(path: folder.bestCheckpoint)
            )
            // As if the last names were missing, and the best one's were that of another step.
            unlink(folder.latestCheckpoint)
            unlink(folder.bestCheckpoint)
            let other = [7, 14].map(folder.checkpoint(step:)).first {
                (try? CheckpointContents(path: $0)) != best
            }
            #expect(link(try #require(other), folder.bestCheckpoint) == 0)
            try Self.loop(Trainer(resumingFrom: folder.newestCheckpoint), folder, schedule).run()
            #expect(try CheckpointContents(path: folder.latestCheckpoint) == latest)
            #expect(try CheckpointContents(path: folder.bestCheckpoint) == best)
        }
    }

    @Test(arguments: [nil, 25])
    func `rows are the same, wherever the run was cut off`(measureEvery: Int?) throws {
        let schedule = Schedule(end: .steps(50), checkpointEvery: 7, measureEvery: measureEvery)
        try withTemporaryFolder { path in
            let whole = RunFolder(path + "/whole")
            try Self.loop(Trainer(SmallTraining.configuration), whole, schedule).run()
            let expected = try Self.rows(whole)
            #expect(expected.count == (measureEvery == nil ? 12 : 5))

            let pieces = RunFolder(path + "/pieces")
            var trainer = try Trainer(SmallTraining.configuration)
            for stop in [3, 12, 25, 33, 47] {
                // Interrupted, and then killed: what it did after its last checkpoint is lost.
                for end in [stop, stop + 3] {
                    let loop = try Self.loop(trainer, pieces, schedule)
                    try loop.run { loop.trainer.progress.step >= end }
                    trainer = try Trainer(resumingFrom: pieces.checkpoint(step: stop))
                }
            }
            try Self.loop(trainer, pieces, schedule).run()
            #expect(try Self.rows(pieces) == expected)
            #expect(
                try CheckpointContents(path: pieces.latestCheckpoint)
                    == CheckpointContents(path: whole.latestCheckpoint))
        }
    }

    /// With neither memory nor disk for decoded images, these are read in every epoch.
    @Test func `an image that is lost ends the training after a checkpoint, from which it goes on`() throws {
        try withTemporaryFolder { path in
            try FileManager.default.createDirectory(
                atPath: path + "/images", withIntermediateDirectories: false)
            for number in 0..<9 {
                try Avatar.image(seed: 2, index: UInt64(number), size: 16).writePNG(
                    to: "\(path)/images/\(number).png")
            }
            var storage = StorageOptions(memoryBudget: 0)
            storage.diskBudget = 0
            let dataset = try Dataset.load(
                path + "/images", format: ImageFormat(size: 16, channels: 3), storage: storage)
            let (whole, cut) = (RunFolder(path + "/whole"), RunFolder(path + "/cut"))
            let schedule = Schedule(end: .steps(20), checkpointEvery: 100)
            func run(_ trainer: Trainer, _ folder: RunFolder, observe: @escaping (TrainingEvent) -> Void)
                throws
            {
                try TrainingLoop(trainer, on: dataset, into: folder, schedule: schedule, observe: observe)
                    .run()
            }
            try run(Trainer(SmallTraining.configuration), whole) { _ in }

            let (image, elsewhere) = (path + "/images/4.png", path + "/4.png")
            let error = #expect(throws: TrainingError.self) {
                try run(Trainer(SmallTraining.configuration), cut) { event in
                    if case .step(let report, _, _, _) = event, report.step == 7 { rename(image, elsewhere) }
                }
            }
            #expect(error?.description.hasPrefix("4.png cannot be read any more: ") == true)
            let saved = try CheckpointHeader(path: cut.latestCheckpoint).progress.step
            // Nine images are shown in five steps, and a batch is prepared ahead.
            #expect((7...13).contains(saved))

            #expect(rename(elsewhere, image) == 0)
            let again = try Dataset.load(
                path + "/images", format: ImageFormat(size: 16, channels: 3), storage: storage)
            try TrainingLoop(
                Trainer(resumingFrom: cut.latestCheckpoint), on: again, into: cut, schedule: schedule
            ).run()
            #expect(
                try CheckpointContents(path: cut.latestCheckpoint)
                    == CheckpointContents(path: whole.latestCheckpoint))
        }
    }

    @Test func `a folder that is moved is written on, and another in its place is not`() throws {
        try withTemporaryFolder { path in
            let (old, new) = (RunFolder(path + "/old"), RunFolder(path + "/new"))
            var (moved, failures): (Bool, [String]) = (false, [])
            let loop = try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: old, steps: 20, sampleEvery: 8, checkpointEvery: 5
            ) { event in
                if case .failure(let text) = event { failures.append(text) }
                if case .step(let report, _, _, _) = event, report.step == 7, !moved {
                    moved = rename(old.path, new.path) == 0
                    let other = try? SmallTraining.run(
                        Trainer(SmallTraining.configuration), into: old, steps: 2)
                    do { try #require(other).run() } catch { Issue.record("\(error)") }
                }
            }
            try loop.run()
            #expect(moved)
            #expect(
                failures.count == 1 && failures[0].hasPrefix("\(old.path) is now \(new.path), into which"))
            #expect(try CheckpointHeader(path: new.latestCheckpoint).progress.step == 20)
            #expect(try CheckpointHeader(path: old.latestCheckpoint).progress.step == 2)
            #expect(try Self.rows(new).map(\.step) == [5, 10, 15, 20])
            #expect(try Self.rows(old).map(\.step) == [2])
            #expect(try new.sampleSheets().count == 3 && old.sampleSheets().count == 1)
        }
    }

    @Test func `a folder that is removed ends the training, a subfolder is made anew`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            var failures: [String] = []
            let loop = try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: folder, steps: 100, checkpointEvery: 5
            ) { event in
                if case .failure(let text) = event { failures.append(text) }
                guard case .step(let report, _, _, _) = event else { return }
                if report.step == 7 {
                    try? FileManager.default.removeItem(atPath: folder.path + "/checkpoints")
                }
                if report.step == 12 {
                    #expect(FileManager.default.fileExists(atPath: folder.checkpoint(step: 10)))
                    try? FileManager.default.removeItem(atPath: folder.path)
                }
            }
            #expect(throws: FileError(path: folder.path, .removed)) { try loop.run() }
            #expect(loop.trainer.progress.step == 15 && failures == [])
        }
    }

    @Test func `errors name a file by the folder's own path`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            var failures: [String] = []
            let loop = try SmallTraining.run(
                Trainer(SmallTraining.configuration), into: folder, steps: 12
            ) { if case .failure(let text) = $0 { failures.append(text) } }
            // A folder where a file should be.
            unlink(folder.metrics)
            try makeFolder(folder.metrics)
            try loop.run()
            #expect(!failures.isEmpty)
            #expect(failures.allSatisfy { $0.hasPrefix("cannot write \(folder.metrics): ") }, "\(failures)")
            // Which keeps no checkpoint from being saved.
            #expect(try CheckpointHeader(path: folder.latestCheckpoint).progress.step == 12)
        }
    }

    @Test func `a changed record of the run is told from its checkpoint`() throws {
        try withTemporaryFolder { path in
            let folder = RunFolder(path + "/run")
            try SmallTraining.run(Trainer(SmallTraining.configuration), into: folder, steps: 1).run()
            let trainer = try Trainer(resumingFrom: folder.latestCheckpoint)
            #expect(try RunRecord(from: folder).differences(from: trainer) == [])
            let text = try String(contentsOfFile: folder.configuration, encoding: .utf8)
            try AtomicFile.write(
                text.replacing("\"width\" : 4", with: "\"width\" : 8"), to: folder.configuration)
            #expect(try RunRecord(from: folder).differences(from: trainer) == ["width 8, not 4"])
            unlink(folder.configuration)
            try makeFolder(folder.configuration)
            #expect(throws: FileError(path: folder.configuration, .notAFile)) { try RunRecord(from: folder) }
        }
    }
}
