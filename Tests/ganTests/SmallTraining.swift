import Foundation
import Images
import Testing

extension Program {
    /// Options of a training that takes a moment.
    static let smallTraining = "--size 16 --width 4 --latent 8 --batch 4"

    /// Draws a few avatars into a folder.
    func drawAvatars(_ folder: String = "avatars", count: Int = 12) throws {
        try #require(try run("data avatars --count \(count) --size 16 --out \(folder)").status == 0)
    }

    /// Trains for some steps into a folder, on avatars that are drawn where they are missing.
    @discardableResult
    func train(into folder: String = "run", steps: Int = 10, _ more: String = "") throws -> Result {
        if !exists("avatars") { try drawAvatars() }
        let result = try run("train avatars --out \(folder) --steps \(steps) \(Self.smallTraining) \(more)")
        try #require(result.status == 0, "\(result.errors)")
        return result
    }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path(name)))
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: true)
    }

    func image(_ name: String) throws -> Image { try Image(decoding: path(name)) }

    /// Names of temporary files that a writer should have moved or removed.
    func leftovers() throws -> [String] {
        try contents().filter { $0.hasSuffix(".partial") || $0.hasSuffix(".new") }
    }
}
