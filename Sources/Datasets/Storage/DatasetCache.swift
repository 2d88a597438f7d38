import Checkpoints
import Dispatch
import Files
import Foundation

/// Decoded images that are kept on disk, so that the next training on the same images begins at once.
///
/// For each folder and format there are two files: the pixels, and a description of the images, which is written last.
/// They are used as long as the stamp of the source is the same (see `ImageSource.stamp`), by the program that wrote
/// them, since another may decode or resize otherwise.
public struct DatasetCache: Sendable {
    /// Where the files lie.
    public let folder: String
    /// Images that are decoded in less time are not kept.
    public let leastTime: Duration
    /// Tells programs apart.
    let program: String

    /// - Parameters:
    ///   - folder: made when it is needed.
    ///   - leastTime: images that are decoded in less time are not kept.
    public init(folder: String, leastTime: Duration = .seconds(5)) {
        self.init(folder: folder, leastTime: leastTime, program: Self.runningProgram)
    }

    init(folder: String, leastTime: Duration, program: String) {
        (self.folder, self.leastTime, self.program) = (folder, leastTime, program)
    }

    /// In the folder `swift-gan` of the user's caches: $XDG_CACHE_HOME, or else ~/.cache; nil for a user without.
    public static var ofUser: DatasetCache? {
        let environment = ProcessInfo.processInfo.environment
        func folder(_ name: String) -> String? { environment[name].flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let caches = folder("XDG_CACHE_HOME") ?? folder("HOME").map { join($0, ".cache") }
        return caches.map { DatasetCache(folder: join($0, "swift-gan")) }
    }

    /// Size and time of the running program's file: a version's number would stay the same from build to build.
    private static let runningProgram: String = {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "" }
        return "\(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)"
    }()

    /// The images of a source in a format; nil for a source that cannot tell whether it changed.
    func place(of source: any ImageSource, _ format: ImageFormat) -> CachedImages? {
        guard let stamp = source.stamp else { return nil }
        let kind = "\(format.width)x\(format.height)x\(format.channels) \(format.fit) \(format.resampling)"
        return CachedImages(
            folder: folder, key: digest([stamp.source, kind]), stamp: digest([stamp.content, program]),
            count: source.count, imageBytes: format.byteCount)
    }
}

/// The place of a source's images in a cache.
struct CachedImages: Sendable {
    let folder: String
    /// Of the source and the format, and of what the source holds.
    let key, stamp: String
    let count: Int
    let imageBytes: Int

    private func path(_ ending: String) -> String { join(folder, "\(key)-\(stamp).\(ending)") }

    /// The images, if they are there and whole.
    func read() -> (outcomes: DecodingOutcomes, store: ImageStore)? {
        // A pipe in its place is not waited for.
        guard let file = try? RegularFile(path("json")), let data = try? file.read(count: file.size),
            let outcomes = try? JSONDecoder().decode(DecodingOutcomes.self, from: Data(data)),
            outcomes.isValid(for: count),
            let store = ImageStore(path: path("pixels"), count: count, imageBytes: imageBytes)
        else { return nil }
        // What was not used for a month is removed.
        utimes(path("json"), nil)
        return (outcomes, store)
    }

    /// Keeps images, unless they would take more than a quarter of the space that is left. What fails leaves nothing
    /// behind: the images are decoded again.
    func write(_ outcomes: DecodingOutcomes, _ store: ImageStore) {
        let (size, overflow) = count.multipliedReportingOverflow(by: imageBytes)
        guard !overflow, (try? makeFolder(folder)) != nil else { return }
        removeOthers()
        var status = statvfs()
        guard statvfs(folder, &status) == 0,
            size <= Int(clamping: status.f_bavail) * Int(clamping: status.f_frsize) / 4,
            let data = try? JSONEncoder().encode(outcomes)
        else { return }
        do {
            try store.write(to: path("pixels"))
            try AtomicFile.write(Array(data), to: path("json"))
        } catch {
            unlink(path("pixels"))
        }
    }

    /// Removes what other contents of the same source left, and what was not used for a month, of a cache's files alone.
    private func removeOthers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where [".json", ".pixels", ".partial"].contains(where: name.hasSuffix) {
            let isOther = name.hasPrefix(key + "-") && !name.hasPrefix("\(key)-\(stamp).")
            if isOther || isUnused(name) { unlink(join(folder, name)) }
        }
    }

    /// Pixels are used when their description is; what a program that ended meanwhile has not written to its end is
    /// removed after a day.
    private func isUnused(_ name: String) -> Bool {
        let described = name.hasSuffix(".pixels") ? name.dropLast(6) + "json" : name
        var status = stat()
        guard stat(join(folder, String(described)), &status) == 0 || stat(join(folder, name), &status) == 0
        else { return false }
        let days = name.hasSuffix(".partial") ? 1 : 30
        return time(nil) - status.st_mtim.tv_sec > days * 24 * 3600
    }
}

/// The beginning of the SHA-256 over some texts, as a file's name.
private func digest(_ texts: [String]) -> String {
    let hash = SHA256()
    for text in texts { hash.update(Array("\(text.utf8.count) \(text)".utf8)) }
    return String(hash.hexadecimal().prefix(32))
}
