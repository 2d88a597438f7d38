import Foundation
import TestSupport
import Testing

@testable import GANs

@Suite struct MetricsLogTests {
    /// Reads rows and draws all that is made of them.
    private static func draw(_ rows: [String], in folder: String) throws -> (log: MetricsLog, page: String) {
        let run = RunFolder(folder)
        try rows.joined(separator: "\n").write(toFile: run.metrics, atomically: true, encoding: .utf8)
        let log = try MetricsLog(run, lastStep: .max)
        let training = SmallTraining.configuration
        var source = ParameterSource.counting
        let panels = log.trainingPanels(of: training.model.makeModel(from: &source), training.recipe)
        try log.plot(title: "", panels: panels)
        try log.writePage(title: "", panels: panels, goesOn: false)
        return (log, try String(contentsOfFile: run.page, encoding: .utf8))
    }

    private static func row(_ figures: [String: Double]) -> String {
        let names = [
            "step", "images", "seconds", "imagesPerSecond", "discriminatorLoss", "generatorLoss", "penalty",
            "realScore", "fakeScore",
        ]
        return "{" + names.map { "\"\($0)\":\(figures[$0] ?? 1)" }.joined(separator: ",") + "}"
    }

    @Test func `figures of any size are drawn`() throws {
        try withTemporaryFolder { folder in
            let (log, page) = try Self.draw([Self.row(["imagesPerSecond": 1e300])], in: folder)
            #expect(log.rows.count == 1 && page.contains("images per second</dt><dd>1000000"))
        }
    }
}
