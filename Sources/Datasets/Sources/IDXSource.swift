import Files
import Images

/// The two sets of images in a folder of IDX files, by the prefix of their names.
public enum IDXSet: String, Sendable {
    case training = "train"
    case test = "t10k"
}

/// Images in the IDX format of MNIST and Fashion-MNIST, plain or compressed with gzip.
///
/// - Source: LeCun, Cortes, Burges, "The MNIST database", section "File formats": a big-endian header
///   of two zero bytes, the type (8: bytes), the number of extents and the extents in 32 bits each.
struct IDXSource: ImageSource {
    let path: String
    var kind: String { "MNIST images (IDX)" }
    let labels: [Int]?
    let classNames: [String]
    let notes: [String]
    private let images: IDXArray

    /// The training images in a folder, the test images if there are no others; nil where the
    /// folder holds neither.
    init?(folder: String) throws(DatasetError) {
        if let training = try IDXSource(folder: folder, .training) {
            self = training
        } else if let test = try IDXSource(folder: folder, .test) {
            self = test
        } else {
            return nil
        }
    }

    /// The images of one of the two sets in a folder; nil where it does not hold them.
    init?(folder: String, _ set: IDXSet) throws(DatasetError) {
        let present = try names(inFolder: folder)
        let candidates = Self.packings.flatMap {
            ["\(set.rawValue)-images-idx3-ubyte\($0)", "\(set.rawValue)-images.idx3-ubyte\($0)"]
        }
        guard let name = candidates.first(where: present.contains) else { return nil }
        try self.init(file: join(folder, name))
    }

    /// The images in a file, and the labels in the file beside it whose name has "labels" and "idx1" in place
    /// of "images" and "idx3".
    init(file: String) throws(DatasetError) {
        path = file
        images = try IDXArray(file, extents: 3)
        guard let labelsFile = try Self.labelsFile(beside: file) else {
            (labels, classNames) = (nil, [])
            notes = ["No classes, because no file of labels lies beside \(lastComponent(of: file))."]
            return
        }
        let values = try IDXArray(labelsFile, extents: 1)
        guard values.shape[0] == images.shape[0] else {
            throw .malformed(
                path: labelsFile,
                reason: "holds \(values.shape[0]) labels for \(images.shape[0]) images")
        }
        labels = values.bytes.map(Int.init)
        classNames = (0...Int(values.bytes.max()!)).map(String.init)
        notes = []
    }

    var count: Int { images.shape[0] }
    func name(at index: Int) -> String { "\(lastComponent(of: path)) image \(index)" }

    func image(at index: Int) -> Image {
        let (height, width) = (images.shape[1], images.shape[2])
        let start = index * height * width
        return Image(
            width: width, height: height, channels: 1,
            pixels: Array(images.bytes[start..<start + height * width]))
    }

    private static let packings = ["", ".gz"]

    private static func labelsFile(beside file: String) throws(DatasetError) -> String? {
        let stem = lastComponent(of: file)
            .replacing("images", with: "labels").replacing("idx3", with: "idx1").replacing(".gz", with: "")
        let present = try names(inFolder: parent(of: file))
        let candidates = packings.map { stem + $0 }
        guard stem != lastComponent(of: file).replacing(".gz", with: "") else { return nil }
        return candidates.first(where: present.contains).map { join(parent(of: file), $0) }
    }
}

/// The bytes of an IDX file.
private struct IDXArray {
    let shape: [Int]
    let bytes: [UInt8]

    /// Checks the header before it takes memory for what the header claims.
    init(_ path: String, extents: Int) throws(DatasetError) {
        let file = try RandomAccessFile(path)
        let (fileSize, reader) = (file.size, try GzipReader(file))
        let headerSize = 4 + 4 * extents
        let header = try reader.read(upTo: headerSize)
        guard header.count >= 4, header[0] == 0, header[1] == 0, (8...14).contains(header[2]) else {
            throw .unrecognized(path: path, reason: "its first bytes are of no known kind")
        }
        guard header[2] == 8, Int(header[3]) == extents else {
            throw .malformed(
                path: path,
                reason: "is an IDX file of type \(header[2]) with \(header[3]) extents; "
                    + "bytes (type 8) with \(extents) are needed")
        }
        guard header.count == headerSize else {
            throw .malformed(path: path, reason: "ends within its header")
        }
        shape = (0..<extents).map { extent in
            header[4 + 4 * extent..<8 + 4 * extent].reduce(0) { $0 << 8 | Int($1) }
        }
        let size = shape.reduce((value: 1, overflow: false)) { product, extent in
            let (value, overflow) = product.value.multipliedReportingOverflow(by: extent)
            return (value, product.overflow || overflow)
        }
        guard size.value > 0, !size.overflow else {
            throw .malformed(path: path, reason: "claims extents \(shape)")
        }
        // Deflate compresses at most 1032 to 1 (zlib's technical details), so a longer claim is false.
        let most = reader.isPacked ? fileSize * 1032 : fileSize - headerSize
        guard size.value <= most else {
            throw .malformed(
                path: path,
                reason: "claims extents \(shape), more than a file of \(fileSize) bytes can hold")
        }
        guard size.value <= StorageOptions.defaultMemoryBudget else {
            throw .malformed(
                path: path,
                reason: "claims extents \(shape), which take \(formatted(bytes: size.value)) of memory; "
                    + "\(formatted(bytes: StorageOptions.defaultMemoryBudget)) may be used here")
        }
        // Reading one byte more detects excess data and makes zlib verify gzip's checksum.
        let body = try reader.read(upTo: size.value + 1)
        guard body.count == size.value else {
            let amount = body.count < size.value ? "only \(body.count)" : "more than \(size.value)"
            throw .malformed(
                path: path, reason: "holds \(amount) bytes, where extents \(shape) need \(size.value)")
        }
        bytes = body
    }
}
