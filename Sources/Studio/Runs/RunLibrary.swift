import Foundation
import GANs

/// The runs below a folder, which pages know by ids.
///
/// Files are read on a queue of its own.
actor RunLibrary {
    /// The folder, in full.
    nonisolated let root: String
    private let advice: StudioAdvice
    private let executor = QueueExecutor("studio.runs")
    /// Found by the last look, by their ids.
    private var folders: [String: RunFolder] = [:]
    /// What was known of a run when its files were last written.
    private var known: [String: (written: [Double], summary: RunSummary)] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter root: need not exist yet.
    init(_ root: String, advice: @escaping StudioAdvice) {
        self.root = URL(fileURLWithPath: root).standardizedFileURL.path
        self.advice = advice
    }

    /// All runs, those that wrote last first.
    func summaries() -> [RunSummary] {
        let holders = FolderHolder.all()
        folders = [:]
        var found: [RunSummary] = []
        for folder in RunSearch.runs(below: root) {
            let id = RunLibrary.id(of: folder.path)
            guard var summary = summary(of: folder, id: id) else { continue }
            folders[id] = folder
            if FolderHolder(of: folder.path, among: holders) != nil { summary.state = .running }
            found.append(summary)
        }
        return found.sorted { ($0.modified, $1.name) > ($1.modified, $0.name) }
    }

    /// - Throws: `StudioError` if there is none by that id.
    func folder(_ id: String) throws(StudioError) -> RunFolder {
        if folders[id] == nil { _ = summaries() }
        guard let folder = folders[id] else { throw .notFound("run") }
        return folder
    }

    /// All of a run but its figures.
    func details(_ id: String) throws -> RunDetails {
        let folder = try folder(id)
        guard var summary = summary(of: folder, id: id) else { throw StudioError.notFound("run") }
        if FolderHolder(of: folder.path, among: FolderHolder.all()) != nil { summary.state = .running }
        return try RunDetails(folder, summary, advice: advice)
    }

    /// The rows after a cursor.
    func metrics(_ id: String, after cursor: String) throws -> MetricsTail {
        MetricsTail(of: try folder(id).metrics, after: cursor)
    }

    /// The bytes of an image of a run.
    func image(_ id: String, _ path: (RunFolder) -> String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path(try folder(id))) else {
            throw StudioError.notFound("image")
        }
        return data
    }

    /// Where runs' data lies, without what is gone.
    func dataOfRuns() -> [String] {
        RunSearch.runs(below: root).compactMap { try? RunRecord(from: $0) }
            .filter { type(of: $0.training.model).data != .points }.map(\.data)
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// A new folder for a run.
    ///
    /// - Throws: `StudioError` if the name does not fit one, or there is something by that name.
    nonisolated func newFolder(named name: String) throws(StudioError) -> RunFolder {
        guard name.wholeMatch(of: /[A-Za-z0-9_][A-Za-z0-9._-]{0,63}/) != nil else {
            throw StudioError(
                .badRequest, "a run's name has 1 to 64 letters, digits, dots, hyphens and underscores")
        }
        let folder = RunFolder("\(root)/\(name)")
        guard !folder.holdsRun else {
            throw StudioError(.conflict, "there is a run \(name) already; choose another name, or resume it")
        }
        return folder
    }

    private func summary(of folder: RunFolder, id: String) -> RunSummary? {
        let written = [folder.configuration, folder.metrics, folder.samples, folder.latestCheckpoint]
            .map(modificationTime)
        if let known = known[id], known.written == written { return known.summary }
        guard let summary = try? RunSummary(folder, id: id, name: name(of: folder)) else { return nil }
        known[id] = (written, summary)
        return summary
    }

    /// The path below the folder of runs, or the name of that folder itself.
    nonisolated func name(of run: RunFolder) -> String {
        run.path == root
            ? URL(fileURLWithPath: root).lastPathComponent : String(run.path.dropFirst(root.count + 1))
    }

    /// The same for a path in every session, so that addresses can be kept (FNV-1a).
    static func id(of path: String) -> String {
        let hash = path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(hash, radix: 16)
    }
}

/// Looks for runs.
enum RunSearch {
    /// Folders within folders that are looked into.
    private static let maximumDepth = 5
    private static let maximumRuns = 2000

    /// Runs in a folder and below; what lies in a run is its own.
    static func runs(below root: String) -> [RunFolder] {
        var found: [RunFolder] = []
        func look(in path: String, depth: Int) {
            guard found.count < maximumRuns else { return }
            let folder = RunFolder(path)
            if folder.holdsRun { return found.append(folder) }
            guard depth < maximumDepth else { return }
            for name in subfolders(of: path) { look(in: path + "/" + name, depth: depth + 1) }
        }
        look(in: root, depth: 0)
        return found
    }

    /// Without hidden ones and links, which may lead in circles.
    static func subfolders(of path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
