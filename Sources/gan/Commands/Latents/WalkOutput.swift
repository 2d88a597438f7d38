import Files
import Foundation
import GANs
import Images
import Tensors

/// Where the images of a walk go, told by the path's form.
struct WalkOutput {
    private enum Kind {
        case sheet, animation, folder
    }

    private let path: String
    private let kind: Kind
    private let secondsPerFrame: Double
    /// What the files tell.
    private let origin: ImageOrigin?

    init(path: String, fps: Double, origin: ImageOrigin? = nil) throws {
        (self.path, self.origin) = (path, origin)
        secondsPerFrame = 1 / fps
        let name = path.lowercased()
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        if path.hasSuffix("/") || (exists && isFolder.boolValue) {
            kind = .folder
        } else if name.hasSuffix(".png") {
            kind = .sheet
        } else if [".gif", ".apng", ".mp4", ".webm"].contains(where: name.hasSuffix) {
            kind = .animation
        } else {
            throw CommandError(
                "--out \(path): give strip.png, walk.gif, walk.apng, walk.mp4, walk.webm, or a folder's name "
                    + "that ends in /")
        }
    }

    var isAnimation: Bool { kind != .sheet }

    /// Writes a path through latents: a row for each leg, with both of its ends, or all one after the other.
    func write(
        path latents: Tensor, names: [String], framesPerLeg: Int, isLoop: Bool, in space: LatentSpace
    ) throws {
        guard kind == .sheet else { return try write([("", latents)], in: space) }
        let legs = isLoop ? names.count : names.count - 1
        let whole =
            isLoop ? Tensor.concatenated([latents, latents.sliced(axis: 0, 0..<1)], axis: 0) : latents
        try write(
            (0..<legs).map { leg in
                let first = leg * framesPerLeg
                return (
                    "\(names[leg]) to \(names[(leg + 1) % names.count])",
                    whole.sliced(axis: 0, first..<first + framesPerLeg + 1)
                )
            }, in: space)
    }

    /// Writes rows of equal length: below each other, and in an animation frame by frame.
    func write(_ rows: [(name: String, latents: Tensor)], in space: LatentSpace) throws {
        let length = rows[0].latents.shape[0]
        let progress = WalkProgress(total: rows.count * length)
        defer { progress.clear() }
        switch kind {
        case .sheet:
            try checkSheet(rows.count * length, space)
            try Image.grid(
                rows: rows.map { row in (row.name, progress.images(of: row.latents, in: space)) }
            ).writePNG(to: path, origin)
        case .animation:
            var file = try AnimationFile(path: path, texts: origin?.texts ?? [])
            for frame in 0..<length {
                let column = Tensor.concatenated(
                    rows.map { $0.latents.sliced(axis: 0, frame..<frame + 1) }, axis: 0)
                let images = progress.images(of: column, in: space)
                try file.append(
                    images.count == 1 ? images[0] : Image.grid(images), seconds: secondsPerFrame)
            }
            try file.commit()
        case .folder:
            let folder = try madeFolder()
            for row in rows {
                let prefix = row.name.isEmpty ? "" : row.name.replacing(" ", with: "-") + "-"
                try space.forEachImage(of: row.latents) { index, image in
                    let name = "\(prefix)\(Self.number(index)).png"
                    try image.writePNG(to: join(folder, name), origin)
                    progress.add(1)
                }
            }
        }
        progress.clear()
        print("\(rows.count * length) images in \(path)")
    }

    func writeSquare(_ latents: Tensor, side: Int, in space: LatentSpace) throws {
        let progress = WalkProgress(total: side * side)
        defer { progress.clear() }
        switch kind {
        case .sheet:
            try checkSheet(side * side, space)
            try Image.grid(progress.images(of: latents, in: space), columns: side)
                .writePNG(to: path, origin)
        case .animation:
            throw CommandError("--out \(path): a square is an image; give square.png or a folder/")
        case .folder:
            let folder = try madeFolder()
            try space.forEachImage(of: latents) { index, image in
                let name = "row-\(Self.number(index / side))-\(Self.number(index % side)).png"
                try image.writePNG(to: join(folder, name), origin)
                progress.add(1)
            }
        }
        progress.clear()
        print("\(side * side) images in \(path)")
    }

    private func checkSheet(_ count: Int, _ space: LatentSpace) throws {
        let one = space.tensor(of: space.latents(seeds: [0])).shape
        guard count * one[1] * one[2] <= Image.maximumPixels else {
            throw CommandError(
                "a sheet of \(count) images is too large; take fewer --frames, or --out folder/")
        }
    }

    private func madeFolder() throws -> String {
        let folder = withoutSlash(path)
        try makeFolder(folder)
        return folder
    }

    private static func number(_ index: Int) -> String {
        let digits = "\(index)"
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// How many images of a walk are made.
private final class WalkProgress {
    private let (line, start) = (ProgressLine(), ContinuousClock.now)
    private let total: Int
    private var done = 0

    init(total: Int) { self.total = total }

    func add(_ count: Int) {
        done += count
        line.show("Making images", done, of: total, since: start)
    }

    func images(of latents: Tensor, in space: LatentSpace) -> [Image] {
        defer { add(latents.shape[0]) }
        return space.images(of: latents)
    }

    func clear() { line.clear() }
}
