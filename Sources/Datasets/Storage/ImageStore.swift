import Files
import Foundation
import Kernels

/// Memory for images of equal size in bytes, anonymous or mapped from a file.
///
/// Unchecked: `write` touches its own slot alone, every slot is written once while loading, by one
/// thread, and only read after that.
final class ImageStore: DecodedImages, @unchecked Sendable {
    let imageBytes: Int
    let place: Dataset.Place
    private let base: UnsafeMutableRawPointer
    private let size: Int

    /// - Parameter storage: images that need more than its memory are stored in an unnamed file in its folder.
    init(count: Int, imageBytes: Int, _ storage: StorageOptions) throws(DatasetError) {
        let (size, overflow) = count.multipliedReportingOverflow(by: imageBytes)
        guard !overflow else {
            throw .noStore(reason: "\(count) images of \(formatted(bytes: imageBytes)) are too many")
        }
        self.size = max(size, 1)
        self.imageBytes = imageBytes
        place = size > storage.memoryBudget ? .temporaryFile : .memory
        base = place == .temporaryFile ? try Self.mapFile(size, storage) : try Self.mapMemory(self.size)
    }

    /// Images that lie in a file, to be read only; nil if the file is not there, or of another size.
    init?(path: String, count: Int, imageBytes: Int) {
        let (size, overflow) = count.multipliedReportingOverflow(by: imageBytes)
        guard let file = try? RegularFile(path), !overflow, size > 0, file.size == size,
            let descriptor = try? file.duplicatedDescriptor()
        else { return nil }
        defer { close(descriptor) }
        guard let base = mmap(nil, size, PROT_READ, MAP_SHARED, descriptor, 0), base != MAP_FAILED else {
            return nil
        }
        (self.base, self.size, self.imageBytes, place) = (base, size, imageBytes, .cache)
    }

    deinit { munmap(base, size) }

    /// None: what is mapped stays.
    var lost: SkippedImage? { nil }

    func write(_ bytes: [UInt8], slot: Int) {
        precondition(bytes.count == imageBytes)
        bytes.withUnsafeBytes {
            (base + slot * imageBytes).copyMemory(from: $0.baseAddress!, byteCount: imageBytes)
        }
    }

    func withBytes<Result>(slot: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows
        -> Result
    {
        let start = (base + slot * imageBytes).assumingMemoryBound(to: UInt8.self)
        return try body(UnsafeBufferPointer(start: start, count: imageBytes))
    }

    /// Writes all images to a file.
    func write(to path: String) throws(FileError) {
        var file = try AtomicFile(path: path)
        // In parts, so that a failure is told early.
        for start in stride(from: 0, to: size, by: 1 << 24) {
            try file.append(UnsafeRawBufferPointer(start: base + start, count: min(1 << 24, size - start)))
        }
        try file.commit()
    }

    private static func mapMemory(_ size: Int) throws(DatasetError) -> UnsafeMutableRawPointer {
        try map(size, flags: MAP_PRIVATE | MAP_ANONYMOUS, descriptor: -1)
    }

    private static func mapFile(_ size: Int, _ storage: StorageOptions) throws(DatasetError)
        -> UnsafeMutableRawPointer
    {
        let folder = storage.temporaryFolder
        var template = Array(join(folder, "gan-images-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw .noStore(reason: "no file can be made in \(folder): \(systemReason())")
        }
        defer { close(descriptor) }
        // Without a name, the file is deleted when the process ends in any way.
        unlink(template)

        var status = statvfs()
        if fstatvfs(descriptor, &status) == 0 {
            let free = Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize)
            let available = min(free, storage.diskBudget)
            guard size <= available else {
                throw .noSpace(folder: folder, needed: size, available: available)
            }
        }
        // A sparse file would kill the process on a full disk; this one has its blocks allocated from the
        // start.
        let failure = posix_fallocate(descriptor, 0, off_t(size))
        guard failure == 0 else {
            throw .noStore(reason: "\(folder): \(systemReason(failure))")
        }
        return try map(size, flags: MAP_SHARED, descriptor: descriptor)
    }

    private static func map(_ size: Int, flags: CInt, descriptor: CInt) throws(DatasetError)
        -> UnsafeMutableRawPointer
    {
        guard let base = mmap(nil, size, PROT_READ | PROT_WRITE, flags, descriptor, 0), base != MAP_FAILED
        else {
            throw .noStore(reason: "\(formatted(bytes: size)): \(systemReason())")
        }
        return base
    }
}
