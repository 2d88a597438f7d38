import Files
import Foundation
import Images

@testable import GANs

/// A run's `config.json`.
enum ConfigurationTarget: FuzzTarget {
    static let name = "configuration"

    static func seeds() throws -> [[UInt8]] {
        let folder = RunFolder(scratch)
        let ends: [Schedule.End] = [.steps(9), .epochs(1.5), .minutes(2)]
        return try ends.map { end in
            let record = RunRecord(
                data: "images", images: 40, training: TrainingConfiguration(DCGAN()),
                schedule: Schedule(end: end))
            try record.write(to: folder)
            return try content(folder.configuration)
        } + [content(fixture("version1/config.json"))]
    }

    static func read(_ input: [UInt8]) throws {
        file("config.json", input)
        let record = try RunRecord(from: RunFolder(scratch))
        let training = record.training
        _ = training.differences(from: TrainingConfiguration(DCGAN()))
        _ = (training.model.description, training.recipe.equilibriumLoss)
        _ = record.schedule.share(
            of: TrainingProgress(seed: training.seed), images: record.images - training.data.heldOut)
        _ = record.schedule.lastStep(images: record.images, imagesInStep: training.recipe.imagesInStep)
    }
}

/// A run's `metrics.jsonl`, its plots and its page.
enum MetricsTarget: FuzzTarget {
    static let name = "metrics"

    static func seeds() throws -> [[UInt8]] {
        let row = """
            {"discriminatorLoss":0.9,"fakeScore":0.4,"generatorLoss":1.2,"images":640,"imagesPerSecond":50.5,\
            "kid":{"standardError":0.001,"value":0.02},"observation":{"diversity":0.8},"parts":{"cycle":0.5},\
            "penalty":0,"realScore":0.6,"seconds":12.5,"step":10}

            """
        return [
            Array((row + row.replacing("\"step\":10", with: "\"step\":20")).utf8),
            try content(fixture("version1/metrics.jsonl")),
        ]
    }

    static func read(_ input: [UInt8]) throws {
        file("metrics.jsonl", input)
        let log = try MetricsLog(RunFolder(scratch), lastStep: Int.max)
        _ = log.bestStep
        let training = TrainingConfiguration(DCGAN())
        var source = ParameterSource.counting
        let panels = log.trainingPanels(of: training.model.makeModel(from: &source), training.recipe)
        // Without names, whose letters would take most of the time.
        let lines = panels.flatMap(\.series).map { LinePlot.Series(name: "", x: $0.x, y: $0.y) }
        _ = LinePlot(title: "", panels: [.init(yLabel: "", series: lines)], xLabel: "", smoothing: 0.02)
            .render(width: 80, height: 90)
        try log.writePage(title: "", panels: panels, goesOn: false)
    }
}

/// A sum of latents.
enum ExpressionTarget: FuzzTarget {
    static let name = "expression"

    static func seeds() -> [[UInt8]] {
        ["1,2,3 - 4,5 + 2.5*glasses.npy", "-1", "~/a_b.npy+7", "18446744073709551615 - ./9.npy"].map {
            Array($0.utf8)
        }
    }

    static func read(_ input: [UInt8]) throws {
        _ = try LatentExpression(String(decoding: input, as: UTF8.self))
    }
}
