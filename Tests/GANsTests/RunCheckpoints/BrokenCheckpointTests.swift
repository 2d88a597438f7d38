import Checkpoints
import Foundation
import GANs
import TestSupport
import Testing

/// Whatever a file holds, reading it ends in one line that names the file, before memory is taken for it.
@Suite struct BrokenCheckpointTests {
    /// Expects both ways of reading to refuse the file with an error of one line.
    ///
    /// - Parameter expected: text that the line holds.
    private static func expectRefusal(
        _ path: String, _ expected: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let readers: [() throws -> Void] = [
            { _ = try Trainer(resumingFrom: path) }, { _ = try TrainedGenerator(path: path) },
        ]
        for read in readers {
            do {
                try read()
                Issue.record("a broken checkpoint was read", sourceLocation: sourceLocation)
            } catch let error as CheckpointError {
                let line = error.description
                #expect(
                    line.contains(path) && (expected.isEmpty || line.contains(expected))
                        && !line.contains("\n"),
                    "\(line)",
                    sourceLocation: sourceLocation)
            } catch {
                Issue.record("no checkpoint's error: \(error)", sourceLocation: sourceLocation)
            }
        }
    }

    /// Writes a file's tensors under a header that was changed, with a checksum that is right.
    private static func rewrite(
        _ source: String, to path: String, dropping dropped: String? = nil,
        _ change: (inout [String: Any]) -> Void = { _ in }
    ) throws {
        let file = try SafetensorsFile(path: source)
        var metadata = file.metadata
        let json = try #require(metadata["swift-gan"])
        var header = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        change(&header)
        let changed = try JSONSerialization.data(withJSONObject: header)
        metadata["swift-gan"] = String(decoding: changed, as: UTF8.self)
        try SafetensorsFile.write(
            file.entries().filter { $0.name != dropped }, metadata: metadata, to: path)
    }

    @Test func `a truncated file is refused wherever it ends`() throws {
        try withTemporaryFolder { folder in
            let data = try Data(contentsOf: URL(fileURLWithPath: SmallTraining.checkpoint(in: folder)))
            let path = folder + "/cut.safetensors"
            for share in 0..<20 {
                try data.prefix(data.count * share / 20).write(to: URL(fileURLWithPath: path))
                Self.expectRefusal(path)
            }
            try data.dropLast().write(to: URL(fileURLWithPath: path))
            Self.expectRefusal(path, "is cut off")
        }
    }

    @Test func `a changed byte is noticed wherever it is`() throws {
        try withTemporaryFolder { folder in
            let data = try Data(contentsOf: URL(fileURLWithPath: SmallTraining.checkpoint(in: folder)))
            let path = folder + "/damaged.safetensors"
            var stream = RandomStream(seed: 1, purpose: .drawing)
            let places =
                [0, 7, 8, data.count - 1] + (0..<60).map { _ in Int(stream.next() % UInt64(data.count)) }
            for place in places {
                var damaged = data
                damaged[place] ^= 1 << UInt8(stream.next() % 8)
                try damaged.write(to: URL(fileURLWithPath: path))
                Self.expectRefusal(path)
            }
        }
    }

    @Test func `a header that lies is refused`() throws {
        try withTemporaryFolder { folder in
            let good = try SmallTraining.checkpoint(in: folder)
            let path = folder + "/hostile.safetensors"
            func expectRefusal(
                _ keys: [String], _ value: Any, _ expected: String,
                sourceLocation: SourceLocation = #_sourceLocation
            ) throws {
                try Self.rewrite(good, to: path) { set(&$0, keys, value) }
                Self.expectRefusal(path, expected, sourceLocation: sourceLocation)
            }
            let model = ["configuration"]
            // 8.6 billion numbers in its generator, were it made.
            try Self.rewrite(good, to: path) {
                set(&$0, model + ["width"], 512)
                set(&$0, model + ["size"], 256)
            }
            Self.expectRefusal(path, "its configuration needs")
            try expectRefusal(model + ["width"], 8, "its configuration needs")
            try expectRefusal(model + ["width"], 2, "has shape")
            try expectRefusal(model + ["size"], 32, "its configuration needs")
            try expectRefusal(model + ["latentSize"], 1_000_000_000, "latentSize is 1000000000")
            try expectRefusal(model + ["latentSize"], Int.max, "latentSize is")
            try expectRefusal(model + ["channels"], 7, "channels is 7")
            try expectRefusal(
                ["model"], "biggan", "the model \"biggan\" is not known to this version")
            try expectRefusal(["recipe", "batchSize"], 0, "batchSize is 0")
            try expectRefusal(["configuration"], "none", "its configuration cannot be read")
            try expectRefusal(["progress", "step"], -1, "its progress is not possible")
            try expectRefusal(["progress", "step"], Int.max, "its progress is not possible")
            try expectRefusal(["progress", "imagesSeen"], Int.max - 1, "its progress is not possible")
            try expectRefusal(
                ["progress", "latents", "position"], UInt64.max, "its progress is not possible")
            try expectRefusal(["optimizerSteps", "generator"], -3, "its progress is not possible")
            for seconds in [-1.0, -1e300, 1e300] {
                try expectRefusal(["progress", "seconds"], seconds, "its progress is not possible")
            }
            for changed in [["value": 7.0], ["batches": Int.max], ["rampInImages": 0], ["signs": 5]]
                as [[String: Any]]
            {
                let begun: [String: Any] = [
                    "value": 0.5, "target": 0.6, "rampInImages": 1000, "batches": 1, "reals": 4, "signs": 2,
                ]
                try expectRefusal(
                    ["progress", "augmentation"], begun.merging(changed) { $1 },
                    "its progress is not possible")
            }
            try expectRefusal(["kind"], "image", "its configuration cannot be read")
        }
    }

    @Test func `files for other purposes are refused`() throws {
        try withTemporaryFolder { folder in
            let good = try SmallTraining.checkpoint(in: folder)
            let path = folder + "/other.safetensors"
            Self.expectRefusal(path, "there is no such file")
            try "not a checkpoint at all\n".write(toFile: path, atomically: true, encoding: .utf8)
            Self.expectRefusal(path, "its header does not start with '{'")
            try Image(width: 20, height: 20, color: [1, 2, 3]).writePNG(to: path)
            Self.expectRefusal(path, "is not a valid safetensors file")
            Self.expectRefusal(Golden.fixture("dcgan16.safetensors"), "it was not written by gan")

            let file = try SafetensorsFile(path: good)
            var metadata = file.metadata
            metadata["swift-gan.version"] = "3"
            try SafetensorsFile.write(file.entries(), metadata: metadata, to: path)
            Self.expectRefusal(path, "it has version 3; this program reads versions 1 to 2")
        }
    }

    @Test func `a tensor that is missing or of another shape is named`() throws {
        try withTemporaryFolder { folder in
            let good = try SmallTraining.checkpoint(in: folder)
            let path = folder + "/incomplete.safetensors"
            func expectRefusal(_ expected: String, by read: () throws -> Void) {
                #expect { try read() } throws: { "\($0)".contains(expected) }
            }
            try Self.rewrite(good, to: path, dropping: "generator_average.main.4.bias")
            Self.expectRefusal(path, "holds no tensor \"generator_average.main.4.bias\"")
            let moment = "optimizer.discriminator.first_moment.discriminator.main.2.weight"
            try Self.rewrite(good, to: path, dropping: moment)
            expectRefusal("holds no tensor \"\(moment)\"") { _ = try Trainer(resumingFrom: path) }
            // Sampling needs no moments.
            #expect(try TrainedGenerator(path: path).images(seeds: [1]).count == 1)

            // A counter without a number.
            let counter = "generator_average.main.1.num_batches_tracked"
            let file = try SafetensorsFile(path: good)
            let entries =
                try file.entries().filter { $0.name != counter }
                + [TensorEntry(name: counter, shape: [0], values: [Int]())]
            try SafetensorsFile.write(entries, metadata: file.metadata, to: path)
            Self.expectRefusal(path, "\"\(counter)\" has shape [0]")
        }
    }

    @Test func `numbers that no training reaches are refused`() throws {
        try withTemporaryFolder { folder in
            let good = try SmallTraining.checkpoint(in: folder)
            let path = folder + "/impossible.safetensors"
            let file = try SafetensorsFile(path: good)
            let readers: [(network: String, read: () throws -> Void)] = [
                ("generator", { _ = try Trainer(resumingFrom: path) }),
                ("generator_average", { _ = try TrainedGenerator(path: path) }),
            ]
            for (network, read) in readers {
                func expectRefusal(_ entry: TensorEntry, _ expected: String) throws {
                    try SafetensorsFile.write(
                        file.entries().filter { $0.name != entry.name } + [entry], metadata: file.metadata,
                        to: path)
                    #expect { try read() } throws: { "\($0)".contains(expected) }
                }
                let counter = network + ".main.1.num_batches_tracked"
                for value in [Int.max, -1] {
                    try expectRefusal(
                        TensorEntry(name: counter, shape: [], values: [value]),
                        "its tensor \"\(counter)\" counts \(value), which is not possible")
                }
                for name in [network + ".main.1.weight", network + ".main.1.running_mean"] {
                    let count = try #require(file[name]).elementCount
                    var values = [Scalar](repeating: 0, count: count)
                    for value in [Scalar.nan, .infinity] {
                        values[count - 1] = value
                        try expectRefusal(
                            TensorEntry(name: name, shape: [count], values: values),
                            "its tensor \"\(name)\" holds what is not a finite number")
                    }
                }
            }
        }
    }

    @Test func `an exported generator is nothing to train on`() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/generator.safetensors"
            try TrainedGenerator(path: SmallTraining.checkpoint(in: folder)).export(to: path)
            #expect {
                _ = try Trainer(resumingFrom: path)
            } throws: {
                "\($0)".contains("it holds networks alone, which cannot be trained on")
            }
        }
    }
}

/// Sets a value inside of nested objects.
private func set(_ object: inout [String: Any], _ keys: [String], _ value: Any) {
    guard keys.count > 1 else {
        object[keys[0]] = value
        return
    }
    var inner = object[keys[0]] as? [String: Any] ?? [:]
    set(&inner, Array(keys[1...]), value)
    object[keys[0]] = inner
}
