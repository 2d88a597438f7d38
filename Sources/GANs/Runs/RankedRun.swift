import Files
import Foundation
import Tensors

extension RunFolder {
    /// Reads what a run goes on with, as the first of several processes has it: the others need not see its folder.
    ///
    /// - Parameter read: is given the folder, or one with copies of its configuration and its newest checkpoint, which
    ///   are removed behind.
    /// - Throws: `FileError` where these cannot be read or written, or as `read` does.
    public func asFirstRankHasIt<Result>(_ read: (RunFolder) throws -> Result) throws -> Result {
        func sent(_ path: String) throws -> [UInt8] {
            guard Ranks.count > 1, Ranks.isFirst else { return Ranks.first([]) }
            let file = try RegularFile(path)
            return Ranks.first(try file.read(count: file.size))
        }
        let configuration = try sent(configuration)
        let checkpoint = try sent(newestCheckpoint)
        if Ranks.isFirst { return try read(self) }
        let copy = RunFolder(NSTemporaryDirectory() + "/gan-\(ProcessInfo.processInfo.globallyUniqueString)")
        defer { try? FileManager.default.removeItem(atPath: copy.path) }
        for (path, bytes) in [(copy.configuration, configuration), (copy.latestCheckpoint, checkpoint)] {
            try makeFolder(parent(of: path))
            try AtomicFile.write(bytes, to: path)
        }
        return try read(copy)
    }
}
