import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct ScheduleTests {
    @Test(arguments: [(36, 128_000), (60_000, 1_500_000), (1_000_000, 1_920_000)])
    func `the default is 25 times through the images, within bounds`(images: Int, shown: Int) {
        let model = DCGAN()
        #expect(model.imagesToTrain(on: images, model.recipe) == shown)
        var critic = model.recipe
        critic.criticSteps = 5
        #expect(model.imagesToTrain(on: 36, critic) == 5 * 128_000)
    }

    @Test(arguments: [(100, 16), (9_999, 16), (10_000, 64), (60_000, 64)])
    func `few images are trained on in small steps`(images: Int, batch: Int) {
        let traits = DataTraits(size: 64, channels: 3, count: images)
        let recipe = DCGAN(suiting: traits).recipe(suiting: traits)
        #expect(recipe.batchSize == batch)
        // As many images either way.
        #expect(DCGAN().imagesToTrain(on: images, recipe) == max(128_000, 25 * images))
        #expect(StyleGAN2(suiting: traits).recipe(suiting: traits) == StyleGAN2(suiting: traits).recipe)
    }

    @Test(arguments: [(32, 9_999, true), (16, 100, true), (64, 100, false), (32, 10_000, false)])
    func `few and small images are trained on by a narrower network in larger steps`(
        size: Int, images: Int, isNarrow: Bool
    ) {
        let traits = DataTraits(size: ImageSize(size), channels: 3, count: images)
        let model = DCGAN(suiting: traits)
        let recipe = model.recipe(suiting: traits)
        #expect(model.width == (isNarrow ? 32 : 64))
        #expect(recipe.generatorOptimizer.learningRate == (isNarrow ? 5e-4 : 2e-4))
        #expect(recipe.discriminatorOptimizer == recipe.generatorOptimizer)
    }

    @Test(arguments: [(1, 160_000), (1_000, 160_000), (10_000, 250_000), (1_000_000, 2_000_000)])
    func `style-based models are shown as many images as samples take to become clear`(
        images: Int, shown: Int
    ) {
        for model in [StyleGAN2(size: 64), StyleGAN(size: 32)] as [any StyleModelConfiguration] {
            #expect(model.imagesToTrain(on: images, model.recipe) == shown)
        }
    }

    @Test(arguments: [(100, 160_000), (10_000, 250_000), (60_000, 400_000)])
    func `a FastGAN is shown at most as many images as published`(images: Int, shown: Int) {
        #expect(FastGAN().imagesToTrain(on: images, FastGAN().recipe) == shown)
    }

    @Test func `an end in images is one in steps, whole ones`() {
        let schedule = Schedule(end: .images(1000))
        #expect(schedule.lastStep(images: 50, imagesInStep: 64) == 16)
        #expect(schedule.imagesShown(of: 50, imagesInStep: 64) == 1000)
        #expect(Schedule(end: .epochs(3)).imagesShown(of: 50, imagesInStep: 64) == 150)
        #expect(Schedule(end: .steps(3)).imagesShown(of: 50, imagesInStep: 64) == 192)
        #expect(Schedule(end: .minutes(3)).imagesShown(of: 50, imagesInStep: 64) == nil)
    }

    @Test func `checkpoints by the clock are thinned out, the older the more`() throws {
        try withTemporaryFolder { folder in
            let run = RunFolder(folder)
            let (lock, held) = try run.claim()
            defer { withExtendedLifetime(lock) {} }
            try held.makeSubfolders()
            for step in stride(from: 100, through: 3000, by: 100) {
                try Data([1]).write(to: URL(fileURLWithPath: run.checkpoint(step: step)))
                if step == 1200 { try run.markBest(step: step) }
                try run.markLatest(step: step)
                run.thinCheckpoints()
            }
            let kept = (1...3000).filter { FileManager.default.fileExists(atPath: run.checkpoint(step: $0)) }
            // Each at least half as many steps more than the one before, and the last three.
            #expect(kept == [100, 200, 300, 500, 800, 1200, 1800, 2700, 2800, 2900, 3000])
            #expect(FileManager.default.contents(atPath: run.bestCheckpoint) == Data([1]))
        }
    }

    @Test func `sheets come often at first, and rarer later`() {
        var (seconds, sheets) = (0.0, [Double]())
        while seconds < 3600 {
            seconds += Schedule.secondsBetweenSheets(after: seconds, cost: 0.2)
            sheets.append(seconds)
        }
        #expect(sheets[0] < 60 && sheets.filter { $0 <= 180 }.count >= 5)
        #expect((12...30).contains(sheets.count))
        #expect(Schedule.secondsBetweenSheets(after: 1e5, cost: 1) == 600)
        // Sheets that take a minute take no more than a twenty-fifth of the time.
        #expect(Schedule.secondsBetweenSheets(after: 0, cost: 60) == 1500)
        #expect(Schedule.secondsBetweenCheckpoints < 300)
    }

    @Test func `schedules without sense are refused`() {
        for end in [
            Schedule.End.steps(0), .steps(-1), .images(0), .images(-5), .epochs(0), .epochs(.nan),
            .minutes(-2), .minutes(.infinity),
        ] {
            #expect(throws: ConfigurationError.self) { try Schedule(end: end).validate() }
        }
        for (samples, checkpoints) in [(0, 1), (1, 0), (-5, 1)] {
            #expect(throws: ConfigurationError.self) {
                try Schedule(end: .steps(1), sampleEvery: samples, checkpointEvery: checkpoints).validate()
            }
        }
        var schedule = Schedule(end: .steps(1))
        schedule.metricsEvery = 0
        #expect(throws: ConfigurationError.self) { try schedule.validate() }
    }

    @Test func `a record that was edited to nonsense is refused, not run`() throws {
        try withTemporaryFolder { folder in
            let runFolder = RunFolder(folder)
            let good = RunRecord(
                data: "x", images: 3, training: SmallTraining.configuration,
                schedule: Schedule(end: .steps(1)))
            func expectRefusal(_ expected: String, _ change: (inout RunRecord) -> Void) throws {
                var record = good
                change(&record)
                try record.write(to: runFolder)
                #expect { try RunRecord(from: runFolder) } throws: {
                    "\($0)".contains(runFolder.configuration) && "\($0)".contains(expected)
                }
            }
            try expectRefusal("metricsEvery is 0") { $0.schedule.metricsEvery = 0 }
            try expectRefusal("images is \(Int.min)") { $0.images = .min }
            try expectRefusal("batchSize is \(Int.max)") { $0.training.recipe.batchSize = .max }
        }
    }
}
