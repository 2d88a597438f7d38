import Checkpoints
import Files
import Images

/// Images in a NumPy array of uint8, count x height x width x channels (or count x height x width,
/// gray), and labels in an integer array in NAME_labels.npy beside NAME.npy, or in the same .npz file.
struct NumpySource: ImageSource {
    let path: String
    let kind = "NumPy array"
    let count: Int
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]
    private let array: NumpyArray
    private let width: Int
    private let height: Int
    private let channels: Int

    /// The array in a `.npy` file, with the labels beside it.
    init(_ path: String) throws(DatasetError) {
        let images = try Self.reading { () throws(CheckpointError) in try NumpyArray(path: path) }
        let labels = try Self.labels(beside: path, count: images.shape.first ?? 0)
        try self.init(path, images, named: path, labels, notes: [])
    }

    /// - Parameter name: of the array, for messages.
    private init(
        _ path: String, _ images: NumpyArray, named name: String, _ labels: [Int]?, notes: [String]
    ) throws(DatasetError) {
        let shape = images.shape.count == 3 ? images.shape + [1] : images.shape
        guard Self.holdsImages(images.type, images.shape) else {
            throw .malformed(
                path: name,
                reason: "holds \(images.type.rawValue) of shape \(images.shape); images are uint8, "
                    + "count x height x width x channels, with 1 to 4 channels")
        }
        (count, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        guard width <= Image.maximumPixels / height else {
            throw .malformed(path: name, reason: "its images of \(width)x\(height) are too large")
        }
        (self.path, self.labels, self.notes, array) = (path, labels, notes, images)
        classNames = labels.map { (0...$0.max()!).map(String.init) } ?? []
    }

    /// Whether an array is one of images.
    private static func holdsImages(_ type: ElementType, _ shape: [Int]) -> Bool {
        type == .uint8 && shape.allSatisfy { $0 > 0 }
            && (shape.count == 3 || shape.count == 4 && (1...4).contains(shape[3]))
    }

    func name(at index: Int) -> String { "\(lastComponent(of: path)) image \(index)" }

    func image(at index: Int) throws -> Image {
        let size = height * width * channels
        return Image(
            width: width, height: height, channels: channels,
            pixels: try array.bytes(in: index * size..<(index + 1) * size))
    }

    /// The limit of class indices: a list of names up to an unchecked largest one could exhaust memory.
    private static let mostClasses = 1 << 16

    private static func labels(beside path: String, count: Int) throws(DatasetError) -> [Int]? {
        let name = lastComponent(of: path).dropLast(".npy".count) + "_labels.npy"
        guard try names(inFolder: parent(of: path)).contains(String(name)) else { return nil }
        let labelsPath = join(parent(of: path), String(name))
        let array = try reading { () throws(CheckpointError) in try NumpyArray(path: labelsPath) }
        guard array.shape == [count] || array.shape == [count, 1] else {
            throw .malformed(
                path: labelsPath, reason: "has shape \(array.shape), where \(count) labels are needed")
        }
        return try labels(in: array, named: labelsPath)
    }

    private static func labels(in array: NumpyArray, named name: String) throws(DatasetError) -> [Int] {
        guard let labels = try? array.values(as: Int.self) else {
            throw .malformed(path: name, reason: "holds \(array.type.rawValue), where labels are integers")
        }
        guard labels.allSatisfy((0..<mostClasses).contains) else {
            throw .malformed(
                path: name, reason: "holds labels that are not between 0 and \(mostClasses - 1)")
        }
        return labels
    }

    private static func reading<Value>(
        _ read: () throws(CheckpointError) -> Value
    ) throws(DatasetError) -> Value {
        do throws(CheckpointError) { return try read() } catch {
            throw .invalid(reason: error.description)
        }
    }
}

// MARK: - Archives

extension NumpySource {
    /// The array of images in a `.npz` file, with the array of labels that belongs to it.
    ///
    /// The images are the one array that can be images, or of several the one with the first of `imageNames`.
    init(archive path: String) throws(DatasetError) {
        let archive = try Self.reading { () throws(CheckpointError) in try NumpyArchive(path: path) }
        func array(_ member: NumpyArchive.Member) throws(DatasetError) -> NumpyArray {
            try Self.reading { () throws(CheckpointError) in
                try archive.array(member, memoryLimit: StorageOptions.defaultMemoryBudget)
            }
        }
        let images = try Self.images(in: archive)
        var (labels, notes): ([Int]?, [String]) = (nil, [])
        if let member = Self.labels(in: archive, for: images) {
            if [[images.shape[0]], [images.shape[0], 1]].contains(member.shape) {
                labels = try Self.labels(in: array(member), named: join(path, member.name))
            } else {
                notes = ["No classes, because \(described(member)) is no label for each image."]
            }
        }
        try self.init(path, array(images), named: join(path, images.name), labels, notes: notes)
    }

    /// Of the images to train on, among other images.
    private static let imageNames = ["images", "x_train", "train_images", "X_train", "x", "X", "arr_0"]

    /// The array whose name belongs to that of the images, as `train_labels` to `train_images`.
    private static func labels(
        in archive: NumpyArchive, for images: NumpyArchive.Member
    ) -> NumpyArchive.Member? {
        let pairs = [("images", "labels"), ("x", "y"), ("X", "y"), ("X", "Y"), ("arr_0", "arr_1")]
        let names = pairs.filter { images.name.contains($0.0) }
            .map { images.name.replacing($0.0, with: $0.1) }
        return (names + ["\(images.name)_labels", "labels"]).lazy
            .compactMap { name in archive.members.first { $0.name == name } }.first
    }

    private static func images(in archive: NumpyArchive) throws(DatasetError) -> NumpyArchive.Member {
        let found = archive.members.filter { holdsImages($0.type, $0.shape) }
        if found.count == 1 { return found[0] }
        let named = imageNames.lazy.compactMap { name in found.first { $0.name == name } }.first
        if let named { return named }
        let listed = (found.isEmpty ? archive.members : found).prefix(6)
            .map(described).joined(separator: ", ")
        throw .malformed(
            path: archive.path,
            reason: found.isEmpty
                ? "none of its arrays are images, which are uint8, count x height x width x channels, with 1 to "
                    + "4 channels: \(listed)"
                : "several of its arrays can be images: \(listed); call those to train on \"images\"")
    }
}

private func described(_ member: NumpyArchive.Member) -> String {
    "\(member.name) (\(member.type.rawValue) \(member.shape))"
}
