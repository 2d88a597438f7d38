import ArgumentParser
import Foundation
import GANs

/// A checkpoint named on the command line: a file, or a run's folder for its latest one.
struct CheckpointArgument: ExpressibleByArgument {
    let path: String

    init?(argument: String) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder)
        path = exists && isFolder.boolValue ? RunFolder(argument).latestCheckpoint : argument
    }
}
