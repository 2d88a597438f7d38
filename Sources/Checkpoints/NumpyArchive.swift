import Files

/// The arrays of a `.npz` file, a ZIP archive of `.npy` files, compressed or not.
///
/// - Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html, "NPZ format".
public struct NumpyArchive: Sendable {
    /// What an array's file says of it.
    public struct Member: Sendable {
        /// The array's name, which is that of its file without `.npy`.
        public let name: String
        /// The type of the elements.
        public let type: ElementType
        /// The extents, outermost first.
        public let shape: [Int]
        fileprivate let entry: ZipArchive.Entry
    }

    /// The path of the file.
    public var path: String { file.path }
    /// The arrays of numbers, by name. Others, as of texts or objects, are left out.
    public let members: [Member]
    private let file: RegularFile
    private let archive: ZipArchive

    /// Opens a `.npz` file; of the arrays only types and shapes are read.
    ///
    /// - Throws: `CheckpointError` for a file that is missing, unreadable, damaged or no archive, or that holds no
    ///   array of numbers.
    public init(path: String) throws(CheckpointError) {
        let file = try RegularFile.opening(path)
        let archive = try Self.reading(path) { () throws(ZipArchive.Failure) in try ZipArchive(file) }
        var members: [Member] = []
        var refusal: CheckpointError?
        for entry in archive.entries where entry.name.hasSuffix(".npy") {
            do throws(CheckpointError) {
                members.append(try Self.member(entry, of: archive, path: path))
            } catch {
                refusal = refusal ?? error
            }
        }
        guard !members.isEmpty else {
            throw refusal
                ?? CheckpointError(path: path, .malformed(format: Self.format, "it holds no arrays"))
        }
        (self.file, self.archive, self.members) = (file, archive, members.sorted { $0.name < $1.name })
    }

    /// One of the arrays: in its place in the file, or, where it is compressed, in memory.
    ///
    /// - Parameter memoryLimit: of the memory for a compressed array, in bytes.
    /// - Throws: `CheckpointError` for an array that is damaged, or that takes more memory.
    public func array(_ member: Member, memoryLimit: Int) throws(CheckpointError) -> NumpyArray {
        let (entry, name) = (member.entry, join(path, member.entry.name))
        guard entry.isCompressed else {
            try reading { () throws(ZipArchive.Failure) in try archive.verify(entry) }
            return try NumpyArray(file, entry.place, path: name)
        }
        guard entry.size <= memoryLimit else {
            throw CheckpointError(
                path: path,
                .malformed(
                    format: Self.format,
                    "its array \(member.name) takes \(entry.size) bytes of memory, of which \(memoryLimit) may be "
                        + "used here; save it uncompressed, by numpy.savez"))
        }
        let content = try reading { () throws(ZipArchive.Failure) in try archive.content(of: entry) }
        return try NumpyArray(content: content, path: name)
    }

    private static let format = "NumPy (.npz)"

    private static func member(
        _ entry: ZipArchive.Entry, of archive: ZipArchive, path: String
    ) throws(CheckpointError) -> Member {
        let beginning = try reading(path) { () throws(ZipArchive.Failure) in
            try archive.beginning(of: entry, upTo: NumpyArray.Layout.maximumByteCount)
        }
        let layout = try NumpyArray.Layout(path: join(path, entry.name), size: entry.size) { start, count in
            Array(beginning.dropFirst(start).prefix(count))
        }
        return Member(
            name: String(entry.name.dropLast(".npy".count)), type: layout.type, shape: layout.shape,
            entry: entry)
    }

    private func reading<Value>(
        _ read: () throws(ZipArchive.Failure) -> Value
    ) throws(CheckpointError) -> Value {
        try Self.reading(path, read)
    }

    private static func reading<Value>(
        _ path: String, _ read: () throws(ZipArchive.Failure) -> Value
    ) throws(CheckpointError) -> Value {
        do throws(ZipArchive.Failure) { return try read() } catch {
            throw CheckpointError(path: path, .malformed(format: format, error.message))
        }
    }
}
