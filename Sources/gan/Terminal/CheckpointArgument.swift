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

extension CheckpointArgument {
    /// The generator that makes images of latent vectors.
    ///
    /// - Throws: `CommandError` where it makes images of images.
    func generator(raw: Bool = false) throws -> TrainedGenerator {
        do { return try TrainedGenerator(path: path, raw: raw) } catch {
            if let model = try? CheckpointHeader(path: path).model, model is any TranslationModelConfiguration
            {
                throw CommandError(
                    "\(path) holds a \(model.name), which makes images of images; use gan translate")
            }
            throw error
        }
    }
}
