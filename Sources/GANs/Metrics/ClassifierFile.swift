import Checkpoints
import Datasets
import Files
import Foundation
import Networks

/// The metadata of a classifier's file.
private struct ClassifierHeader: Codable {
    let format: ImageFormat
    let classNames: [String]
    let test: ClassScores
    let digest: String
    let training: ClassifierTraining

    /// Rises when a file's meaning changes, so that an older program refuses a newer file.
    static let version = "1"
    static let (versionKey, headerKey) = ("swift-gan.classifier.version", "swift-gan.classifier")

    var metadata: [String: String] {
        [Self.versionKey: Self.version, Self.headerKey: Checkpoint.sortedJSON(self)]
    }

    /// Reads the header and checks everything that memory will be taken by.
    init(_ file: SafetensorsFile) throws(CheckpointError) {
        func refuse(_ detail: String) -> CheckpointError {
            CheckpointError(path: file.path, .malformed(format: "classifier", detail))
        }
        guard let version = file.metadata[Self.versionKey], let json = file.metadata[Self.headerKey] else {
            throw refuse("it was not written by gan evaluate; its header names no classes")
        }
        guard version == Self.version else {
            throw refuse("it has version \(version); this program reads version \(Self.version)")
        }
        guard file.checksum == .verified else { throw CheckpointError(path: file.path, .checksumMismatch) }
        guard let header = try? JSONDecoder().decode(Self.self, from: Data(json.utf8)) else {
            throw refuse("its header cannot be read")
        }
        self = header
        guard
            [format.width, format.height].allSatisfy(ClassifierNetwork.sides.contains),
            [1, 3, 4].contains(format.channels)
        else {
            throw refuse("its images are \(format.width)x\(format.height) with \(format.channels) channels")
        }
        let counts = zip(test.counts, test.matches)
        guard classNames.count >= 2, Set(classNames).count == classNames.count,
            test.counts.count == classNames.count, test.matches.count == classNames.count,
            counts.allSatisfy({ 0...1 << 40 ~= $0 && 0...$0 ~= $1 })
        else { throw refuse("its classes and their scores do not fit each other") }
        // The only tensor that grows with the classes, seen in the file before memory is taken for it.
        let shape = [classNames.count, ClassifierNetwork.featureCount(format)]
        guard let weight = file["head.2.weight"], weight.shape == shape else {
            throw refuse("it holds no weights for \(classNames.count) classes")
        }
    }

    init(_ classifier: ImageClassifier) {
        format = classifier.format
        classNames = classifier.classNames
        test = classifier.test
        digest = classifier.digest
        training = classifier.training
    }
}

extension ImageClassifier {
    /// Writes the classifier with all that is known of it.
    ///
    /// - Throws: `FileError`; then nothing is left behind.
    public func save(to path: String) throws(FileError) {
        try SafetensorsFile.write(
            Checkpoint.entries(network.state, prefix: ""), metadata: ClassifierHeader(self).metadata, to: path
        )
    }

    /// A classifier from its file.
    ///
    /// - Throws: `CheckpointError` if the file cannot be read or is not a classifier's.
    public convenience init(path: String) throws(CheckpointError) {
        let file = try SafetensorsFile(path: path)
        let header = try ClassifierHeader(file)
        var source = ParameterSource.counting
        let network = ClassifierNetwork(header.format, classes: header.classNames.count, from: &source)
        try Checkpoint.read(network, prefix: "", from: file)
        self.init(
            network, format: header.format, classNames: header.classNames, test: header.test,
            digest: header.digest, training: header.training)
    }
}
