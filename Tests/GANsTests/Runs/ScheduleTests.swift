import Foundation
import GANs
import TestSupport
import Testing

@Suite struct ScheduleTests {
    @Test(arguments: [(36, 64, 2000), (60_000, 64, 23_437), (1_000_000, 64, 30_000), (1, 4096, 2000)])
    func `the default is 25 times through the images, within bounds`(
        images: Int, batch: Int, steps: Int
    ) {
        #expect(Schedule.defaultEnd(images: images, batchSize: batch) == .steps(steps))
    }

    @Test func `schedules without sense are refused`() {
        for end in [
            Schedule.End.steps(0), .steps(-1), .epochs(0), .epochs(.nan), .minutes(-2), .minutes(.infinity),
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
            var schedule = Schedule(end: .steps(1))
            schedule.metricsEvery = 0
            try RunRecord(data: "x", images: 3, training: SmallTraining.configuration, schedule: schedule)
                .write(to: runFolder)
            #expect { try RunRecord(from: runFolder) } throws: {
                "\($0)".contains(runFolder.configuration) && "\($0)".contains("metricsEvery is 0")
            }
        }
    }
}
