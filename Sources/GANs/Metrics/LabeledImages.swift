import Checkpoints
import Datasets

/// Labeled images to train a classifier on, and others to test it on.
public struct LabeledImages: Sendable {
    /// The images that a classifier is trained on.
    public let training: Dataset
    /// Its classes are among those of `training`, under the same names.
    public let test: Dataset
    /// A SHA-256 over both sets: it tells whether data is the same, wherever it lies.
    public let digest: String

    /// The names of the classes, in the order of their labels.
    public var classNames: [String] { training.classNames }

    /// Loads the data at a path. A folder of IDX files has test images of its own; of any other data a
    /// tenth is held out.
    ///
    /// - Parameter progress: called while images are decoded, as for `Dataset`, once for each set.
    /// - Throws: `DatasetError` if the data cannot be loaded, has no classes or too few images.
    public init(
        path: String, format: ImageFormat, seed: UInt64 = 0, progress: Dataset.Progress? = nil
    ) throws(DatasetError) {
        if let training = try openIDXSource(path, .training), let test = try openIDXSource(path, .test) {
            try self.init(
                training: Dataset(training, format: format, progress: progress),
                test: Dataset(test, format: format, progress: progress))
            return
        }
        let whole = try Dataset.load(path, format: format, progress: progress)
        guard whole.count >= 10 else {
            throw .malformed(
                path: path,
                reason: "has only \(whole.count) images; a classifier needs 10, to be tested on a tenth")
        }
        let (training, test) = whole.split(heldOut: whole.count / 10, seed: seed)
        try self.init(training: training, test: test)
    }

    /// - Throws: `DatasetError` if the sets do not serve to train and test a classifier.
    public init(training: Dataset, test: Dataset) throws(DatasetError) {
        for set in [training, test] where set.labels == nil {
            throw .malformed(
                path: set.summary.path,
                reason: "has no classes, which a classifier needs: put the images of each class into a "
                    + "folder of their own, or a file of labels beside them")
        }
        guard training.classNames.count >= 2 else {
            throw .malformed(
                path: training.summary.path,
                reason: "has only the class \"\(training.classNames[0])\"; there is nothing to tell apart")
        }
        if let unknown = test.classNames.first(where: { !training.classNames.contains($0) }) {
            throw .malformed(
                path: test.summary.path,
                reason: "holds the class \"\(unknown)\", which no image to train on belongs to")
        }
        (self.training, self.test) = (training, test)
        let hash = SHA256()
        for set in [training, test] { hash.update(Array(set.digest().utf8)) }
        digest = hash.hexadecimal()
    }
}

/// How many images of each class were put into it.
public struct ClassScores: Codable, Hashable, Sendable {
    /// Images of each class.
    public internal(set) var counts: [Int]
    /// Those that were put into their class.
    public internal(set) var matches: [Int]

    init(classes: Int) {
        counts = [Int](repeating: 0, count: classes)
        matches = counts
    }

    /// Images of all classes.
    public var count: Int { counts.reduce(0, +) }
    /// The share of all images that were put into their class.
    public var accuracy: Double { Double(matches.reduce(0, +)) / Double(max(1, count)) }
    /// The same of one class; nil where there was no image of it.
    public func accuracy(ofClass index: Int) -> Double? {
        counts[index] > 0 ? Double(matches[index]) / Double(counts[index]) : nil
    }

    mutating func add(_ label: Int, isMatch: Bool) {
        counts[label] += 1
        if isMatch { matches[label] += 1 }
    }
}
