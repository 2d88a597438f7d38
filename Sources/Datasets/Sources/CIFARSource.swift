import Files
import Images

/// CIFAR-10's binary batches: records of a label and the red, green and blue planes of 32x32 pixels.
///
/// - Source: Krizhevsky, "The CIFAR-10 dataset", section "Binary version".
struct CIFARSource: ImageSource {
    let path: String
    let kind = "CIFAR-10 binary batches"
    let count: Int
    let labels: [Int]?
    let classNames: [String]
    let notes: [String] = []
    private let files: [RandomAccessFile]
    /// The index of each file's first image.
    private let firstIndices: [Int]

    private static let side = 32
    private static let recordSize = 1 + 3 * side * side

    /// The training batches in a folder, the test batch if there are no others; nil where the folder
    /// holds neither.
    init?(folder: String) throws(DatasetError) {
        let present = try names(inFolder: folder)
        let training = present.filter { $0.hasPrefix("data_batch_") && $0.hasSuffix(".bin") }
        let batches = training.isEmpty ? present.filter { $0 == "test_batch.bin" } : training
        guard !batches.isEmpty else { return nil }
        try self.init(files: batches.map { join(folder, $0) }, folder: folder)
    }

    /// The batches in the files given; `folder` may hold the names of the classes.
    init(files paths: [String], folder: String) throws(DatasetError) {
        var files: [RandomAccessFile] = []
        var firstIndices: [Int] = []
        var labels: [Int] = []
        for path in paths {
            let file = try RandomAccessFile(path)
            firstIndices.append(labels.count)
            labels += try Self.labels(in: file)
            files.append(file)
        }
        path = paths.count == 1 ? paths[0] : folder
        count = labels.count
        classNames = try Self.classNames(folder: folder) ?? (0...labels.max()!).map(String.init)
        if let label = labels.first(where: { [names = classNames.count] in $0 >= names }) {
            throw .malformed(
                path: path, reason: "holds the label \(label), but there are \(classNames.count) classes")
        }
        self.labels = labels
        self.files = files
        self.firstIndices = firstIndices
    }

    func name(at index: Int) -> String {
        let (file, record) = location(of: index)
        return "\(lastComponent(of: file.path)) image \(record)"
    }

    func image(at index: Int) throws(DatasetError) -> Image {
        let (file, record) = location(of: index)
        let plane = Self.side * Self.side
        let planes = try file.read(count: 3 * plane, at: record * Self.recordSize + 1)
        var pixels = [UInt8](repeating: 0, count: 3 * plane)
        for pixel in 0..<plane {
            for channel in 0..<3 { pixels[3 * pixel + channel] = planes[channel * plane + pixel] }
        }
        return Image(width: Self.side, height: Self.side, channels: 3, pixels: pixels)
    }

    private func location(of index: Int) -> (RandomAccessFile, record: Int) {
        let file = firstIndices.lastIndex { $0 <= index }!
        return (files[file], index - firstIndices[file])
    }

    private static func labels(in file: RandomAccessFile) throws(DatasetError) -> [Int] {
        guard file.size > 0, file.size.isMultiple(of: recordSize) else {
            throw .malformed(
                path: file.path,
                reason: "is no CIFAR-10 batch: its \(file.size) bytes are not a number of "
                    + "records of \(recordSize) bytes")
        }
        var labels: [Int] = []
        for record in 0..<file.size / recordSize {
            labels.append(Int(try file.read(count: 1, at: record * recordSize)[0]))
        }
        return labels
    }

    /// The lines of batches.meta.txt; nil where there is none.
    private static func classNames(folder: String) throws(DatasetError) -> [String]? {
        let name = "batches.meta.txt"
        guard try names(inFolder: folder).contains(name) else { return nil }
        let file = try RandomAccessFile(join(folder, name))
        // Ten names take some eighty bytes.
        let bytes = try file.read(count: min(file.size, 1 << 16), at: 0)
        let names = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map(String.init)
        return names.isEmpty ? nil : names
    }
}
