import ArgumentParser
import Foundation
import GANs

/// A checkpoint named on the command line: a file, or a run's folder for its latest one; where that has no name the
/// newest that is whole, which is said.
struct CheckpointArgument: ExpressibleByArgument {
    let path: String

    static var defaultCompletionKind: CompletionKind { .file(extensions: ["safetensors"]) }

    init?(argument: String) {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: argument, isDirectory: &isFolder)
        guard exists && isFolder.boolValue else {
            path = argument
            return
        }
        let run = RunFolder(argument)
        path = run.newestCheckpoint
        if path != run.latestCheckpoint {
            tell(ofWarning: "\(run.latestCheckpoint) is missing; taking \(path)")
        }
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
                    "\(path) holds \(model.nameWithArticle), which makes images of images; use gan translate")
            }
            throw error
        }
    }
}
