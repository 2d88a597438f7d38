import Checkpoints
import Files
import Images

/// Images in a NumPy array of uint8, count x height x width x channels (or count x height x width,
/// gray), and labels in an integer array in NAME_labels.npy beside NAME.npy.
struct NumpySource: ImageSource {
    let path: String
    let kind = "NumPy array"
    let count: Int
    let labels: [Int]?
    let classNames: [String]
    let notes: [String] = []
    private let array: NumpyArray
    private let width: Int
    private let height: Int
    private let channels: Int

    init(_ path: String) throws(DatasetError) {
        self.path = path
        array = try Self.read(path)
        let shape = array.shape.count == 3 ? array.shape + [1] : array.shape
        guard array.type == .uint8, shape.count == 4, shape.allSatisfy({ $0 > 0 }),
            (1...4).contains(shape[3])
        else {
            throw .malformed(
                path: path,
                reason: "holds \(array.type.rawValue) of shape \(array.shape); images are uint8, "
                    + "count x height x width x channels, with 1 to 4 channels")
        }
        (count, height, width, channels) = (shape[0], shape[1], shape[2], shape[3])
        guard width <= Image.maximumPixels / height else {
            throw .malformed(path: path, reason: "its images of \(width)x\(height) are too large")
        }
        labels = try Self.labels(beside: path, count: count)
        classNames = labels.map { (0...$0.max()!).map(String.init) } ?? []
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
        let array = try read(labelsPath)
        guard let labels = try? array.values(as: Int.self) else {
            throw .malformed(
                path: labelsPath, reason: "holds \(array.type.rawValue), where labels are integers")
        }
        guard array.shape == [count] || array.shape == [count, 1] else {
            throw .malformed(
                path: labelsPath, reason: "has shape \(array.shape), where \(count) labels are needed")
        }
        guard labels.allSatisfy((0..<mostClasses).contains) else {
            throw .malformed(
                path: labelsPath, reason: "holds labels that are not between 0 and \(mostClasses - 1)")
        }
        return labels
    }

    private static func read(_ path: String) throws(DatasetError) -> NumpyArray {
        do throws(CheckpointError) {
            return try NumpyArray(path: path)
        } catch {
            throw .invalid(reason: error.description)
        }
    }
}
