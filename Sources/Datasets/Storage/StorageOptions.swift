import Foundation
import Kernels

/// Where decoded images are kept.
public struct StorageOptions: Sendable {
    /// In bytes; images that need more lie in a file.
    public var memoryBudget: Int
    /// In bytes; images that need more, or more than is free, are decoded whenever they are asked for.
    public var diskBudget = Int.max
    /// The folder of that file, which has no name and is gone with the process.
    public var temporaryFolder: String
    /// Where images that took long to decode are kept for the next time; nil for nowhere.
    public var cache: DatasetCache?

    /// A quarter of the memory that this process may use, and then a file in $TMPDIR, or else /var/tmp, since /tmp is
    /// often kept in memory; nothing is kept for the next time, unless said otherwise.
    public init(
        memoryBudget: Int = defaultMemoryBudget, temporaryFolder: String? = nil, cache: DatasetCache? = nil
    ) {
        let environment = ProcessInfo.processInfo.environment["TMPDIR"] ?? ""
        (self.memoryBudget, self.cache) = (memoryBudget, cache)
        self.temporaryFolder = temporaryFolder ?? (environment.isEmpty ? "/var/tmp" : environment)
    }

    /// A quarter of the memory that this process may use, in bytes.
    public static let defaultMemoryBudget = memoryLimit / 4

    /// For each of two sets of images.
    package var half: StorageOptions {
        var half = self
        half.memoryBudget /= 2
        half.diskBudget /= 2
        return half
    }
}
