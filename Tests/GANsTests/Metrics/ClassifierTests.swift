import Checkpoints
import Foundation
import GANs
import TestSupport
import Testing

/// Digits that take no time to learn.
enum DrawnDigits {
    static func dataset(_ count: Int, seed: UInt64, size: Int = 12) throws -> Dataset {
        var stream = RandomStream(seed: seed, purpose: .drawing)
        let images = (0..<count).map { index in
            Image(
                width: size, height: size, channels: 1,
                pixels: drawnDigit(index % 10, size: size, from: &stream))
        }
        return try Dataset(
            InMemoryImages(
                images, labels: (0..<count).map { $0 % 10 }, classNames: (0..<10).map { "digit \($0)" }),
            format: ImageFormat(size: ImageSize(size), channels: 1))
    }

    static func images() throws -> LabeledImages {
        try LabeledImages(training: dataset(300, seed: 1), test: dataset(100, seed: 2))
    }

    static func classifier(seed: UInt64 = 0) throws -> ImageClassifier {
        var training = ClassifierTraining(images: 300, seed: seed)
        training.steps = 240
        return try ImageClassifier(trainedOn: images(), training)
    }
}

@Suite struct ClassifierTests {
    @Test func `it learns digits, with word on how it goes`() throws {
        let images = try DrawnDigits.images()
        let training = ClassifierTraining(images: 300)
        var losses: [Double] = []
        var tested: [Int] = []
        let classifier = try ImageClassifier(trainedOn: images, training) { progress in
            switch progress {
            case .training(let step, let steps, let loss):
                losses.append(loss)
                #expect(step == losses.count && steps == training.steps)
            case .testing(let done, let total):
                tested.append(done)
                #expect(total == 100)
            }
        }
        #expect(losses.count == training.steps && tested.last == 100)
        #expect(abs(losses[0] - log(10)) < 1)
        #expect(losses.suffix(20).reduce(0, +) / 20 < 0.1)
        #expect(classifier.classNames == (0..<10).map { "digit \($0)" })
        #expect(classifier.test.counts == [Int](repeating: 10, count: 10))
        #expect(classifier.test.accuracy > 0.97)
        #expect(classifier.digest == images.digest)
    }

    @Test func `the same seed gives the same classifier, kept in its file`() throws {
        try withTemporaryFolder { folder in
            let paths = ["a", "b", "c"].map { folder + "/\($0).safetensors" }
            for (path, seed) in zip(paths, [3, 3, 4] as [UInt64]) {
                try DrawnDigits.classifier(seed: seed).save(to: path)
            }
            let files = try paths.map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
            #expect(files[0] == files[1] && files[0] != files[2])

            let read = try ImageClassifier(path: paths[0])
            try read.save(to: folder + "/again.safetensors")
            #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/again.safetensors")) == files[0])
            #expect(try read.digest == DrawnDigits.images().digest)
            // What it was found to get right it still does.
            #expect(try read.scores(on: DrawnDigits.dataset(100, seed: 2)) == read.test)
        }
    }

    @Test func `classes are matched by name`() throws {
        let classifier = try DrawnDigits.classifier()
        // Of the classes 3, 5 and 7 alone, which a data set numbers anew.
        var stream = RandomStream(seed: 9, purpose: .drawing)
        let labels = [7, 3, 5, 3, 7, 7]
        let images = labels.map {
            Image(width: 12, height: 12, channels: 1, pixels: drawnDigit($0, size: 12, from: &stream))
        }
        let some = try Dataset(
            InMemoryImages(images, labels: labels, classNames: (0..<10).map { "digit \($0)" }),
            format: ImageFormat(size: 12, channels: 1))
        let scores = classifier.scores(on: some)
        #expect(scores.counts == [0, 0, 0, 2, 0, 1, 0, 3, 0, 0])
        #expect(scores.accuracy(ofClass: 0) == nil && scores.accuracy(ofClass: 7) != nil)
        #expect(scores.accuracy > 0.8)
    }

    @Test func `images that are too small or too large are refused`() throws {
        for side in [4, 1025] {
            let images = [0, 255].map { Image(width: side, height: side, color: [$0]) }
            let dataset = try Dataset(
                InMemoryImages(images, labels: [0, 1], classNames: ["black", "white"]),
                format: ImageFormat(size: ImageSize(side), channels: 1))
            #expect {
                _ = try ImageClassifier(
                    trainedOn: LabeledImages(training: dataset, test: dataset),
                    ClassifierTraining(images: 2))
            } throws: {
                "\($0)" == "the images' width is \(side); it must lie between 8 and 1024"
            }
        }
    }
}

@Suite struct LabeledImagesTests {
    private static func writeDigits(_ set: String, _ count: Int, to folder: String, labels: Bool = true)
        throws
    {
        let files = idxFiles(ofDigits: count, size: 12, seed: 1)
        try Data(files.images).write(to: URL(fileURLWithPath: folder + "/\(set)-images-idx3-ubyte"))
        guard labels else { return }
        try Data(files.labels).write(to: URL(fileURLWithPath: folder + "/\(set)-labels-idx1-ubyte"))
    }

    private static func load(_ folder: String) throws -> LabeledImages {
        try LabeledImages(path: folder, format: ImageFormat(size: 12, channels: 1))
    }

    @Test func `IDX folders have test images of their own`() throws {
        try withTemporaryFolder { folder in
            try Self.writeDigits("train", 40, to: folder)
            let split = try Self.load(folder)
            #expect(split.training.count == 36 && split.test.count == 4)
            #expect(try Self.load(folder).digest == split.digest)
            try Self.writeDigits("t10k", 20, to: folder)
            let given = try Self.load(folder)
            #expect(given.training.count == 40 && given.test.count == 20)
            #expect(given.digest != split.digest)
        }
    }

    @Test func `data that no classifier can be made of`() throws {
        try withTemporaryFolder { folder in
            func expectRefusal(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
                #expect(sourceLocation: sourceLocation) {
                    _ = try Self.load(folder)
                } throws: { "\($0)".contains(words) && "\($0)".contains(folder) }
            }
            expectRefusal("no images")
            try Self.writeDigits("train", 40, to: folder, labels: false)
            expectRefusal("has no classes, which a classifier needs")
            try Self.writeDigits("train", 9, to: folder)
            expectRefusal("has only 9 images")
            try Self.writeDigits("train", 5, to: folder)
            try Self.writeDigits("t10k", 10, to: folder)
            expectRefusal("holds the class \"5\", which no image to train on belongs to")
            try Self.writeDigits("train", 1, to: folder)
            expectRefusal("has only the class \"0\"")
        }
    }
}

@Suite struct BrokenClassifierTests {
    /// Writes a classifier's file with a header that was changed and a checksum that is right.
    private static func rewrite(
        _ source: String, to path: String, dropping dropped: String? = nil,
        version: String = "1", _ change: (inout [String: Any]) -> Void = { _ in }
    ) throws {
        let file = try SafetensorsFile(path: source)
        var metadata = file.metadata
        let json = try #require(metadata["swift-gan.classifier"])
        var header = try #require(
            try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        change(&header)
        let changed = try JSONSerialization.data(withJSONObject: header)
        metadata["swift-gan.classifier"] = String(decoding: changed, as: UTF8.self)
        metadata["swift-gan.classifier.version"] = version
        try SafetensorsFile.write(
            file.entries().filter { $0.name != dropped }, metadata: metadata, to: path)
    }

    @Test func `whatever is wrong with a file is said in one line that names it`() throws {
        try withTemporaryFolder { folder in
            let (good, path) = (folder + "/good.safetensors", folder + "/bad.safetensors")
            try DrawnDigits.classifier().save(to: good)
            func expectRefusal(_ words: String, sourceLocation: SourceLocation = #_sourceLocation) {
                #expect(sourceLocation: sourceLocation) {
                    _ = try ImageClassifier(path: path)
                } throws: {
                    let line = "\($0)"
                    return $0 is CheckpointError && line.contains(path) && line.contains(words)
                        && !line.contains("\n")
                }
            }
            expectRefusal("there is no such file")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: good))
            try bytes.dropLast(100).write(to: URL(fileURLWithPath: path))
            expectRefusal("is cut off")
            var flipped = bytes
            flipped[bytes.count - 9] ^= 1
            try flipped.write(to: URL(fileURLWithPath: path))
            expectRefusal("is damaged")
            try FileManager.default.removeItem(atPath: path)
            try FileManager.default.copyItem(
                atPath: SmallTraining.checkpoint(in: folder), toPath: path)
            expectRefusal("it was not written by gan evaluate")

            try Self.rewrite(good, to: path, version: "2")
            expectRefusal("it has version 2; this program reads version 1")
            try Self.rewrite(good, to: path, dropping: "features.1.bias")
            expectRefusal("holds no tensor \"features.1.bias\"")
            let changes: [(String, Any, String)] = [
                ("digest", 3, "its header cannot be read"),
                ("classNames", ["0", "0"], "its classes and their scores do not fit"),
                ("classNames", (0..<11).map { "\($0)" }, "its classes and their scores do not fit"),
                ("test", ["counts": [1], "matches": [1]], "its classes and their scores do not fit"),
                (
                    "test", ["counts": (0..<10).map { $0 }, "matches": (0..<10).map { $0 + 1 }],
                    "its classes and their scores do not fit"
                ),
                (
                    "format", ["width": 1 << 40, "height": 12, "channels": 1, "fit": "crop"],
                    "its images are \(1 << 40)x12 with 1 channels"
                ),
                (
                    "format", ["width": 12, "height": 12, "channels": 2, "fit": "crop"],
                    "its images are 12x12 with 2 channels"
                ),
                (
                    "format", ["width": 1024, "height": 1024, "channels": 1, "fit": "crop"],
                    "it holds no weights for 10 classes"
                ),
                (
                    "format", ["width": 12, "height": 12, "channels": 3, "fit": "crop"],
                    "\"features.0.weight\" has shape"
                ),
            ]
            for (key, value, words) in changes {
                try Self.rewrite(good, to: path) { $0[key] = value }
                expectRefusal(words)
            }
        }
    }
}
