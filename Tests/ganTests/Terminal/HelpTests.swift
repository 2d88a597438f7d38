import Foundation
import GANs
import Testing

/// Every help text, word for word: an option that changes without its help being read is seen here.
@Suite struct HelpTests {
    private static let snapshots = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Snapshots")

    /// With GAN_UPDATE_SNAPSHOTS=1 in the environment the snapshots are written anew.
    @Test(arguments: [
        "", "train", "sample", "mix", "translate", "interpolate", "arithmetic", "attribute", "project",
        "neighbors",
        "inspect",
        "import", "export", "data", "data info", "data augmentations", "data avatars",
        "data stacked-mnist", "evaluate", "evaluate quality", "evaluate arithmetic", "evaluate path-length",
        "evaluate classes",
        "evaluate stacked-mnist", "evaluate mixing", "evaluate translation", "evaluate labels",
        "toy", "studio", "bench",
        "bench step", "bench kernels", "bench toy",
    ])
    func `help is as reviewed`(command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        try check(words + ["--help"], (["gan"] + words).joined(separator: "-"))
    }

    private func check(_ words: [String], _ name: String) throws {
        try withProgram { program in
            // The width that help is wrapped to.
            let result = try program.run(words, environment: ["COLUMNS": "80"])
            #expect(result.status == 0)
            #expect(result.errors == "")
            let snapshot = Self.snapshots.appendingPathComponent(name + ".txt")
            if ProcessInfo.processInfo.environment["GAN_UPDATE_SNAPSHOTS"] == "1" {
                try FileManager.default.createDirectory(
                    at: Self.snapshots, withIntermediateDirectories: true)
                try result.output.write(to: snapshot, atomically: true, encoding: .utf8)
            }
            #expect(try result.output == String(contentsOf: snapshot, encoding: .utf8))
        }
    }

    @Test(arguments: ModelRegistry.names) func `each model's options are as reviewed`(model: String) throws {
        try check(["train", "--model", model, "--help"], "gan-train-model-\(model)")
    }

    @Test func `the page of a command is the same however it is asked for`() throws {
        try withProgram { program in
            let page = try program.run("train --help").output
            #expect(try program.run("help train").output == page)
            #expect(try program.run("train -h").output == page)
            #expect(ModelRegistry.names.allSatisfy(page.contains))
            let model = try program.run("train --model=pix2pix --help").output
            #expect(model.contains("--l1-weight") && !model.contains("--difference-weight"))
        }
    }

    @Test func `without arguments the program shows its help`() throws {
        try withProgram { program in
            let result = try program.run([])
            #expect(result.status == 0)
            #expect(try result.output == program.run(["--help"]).output)
        }
    }
}
