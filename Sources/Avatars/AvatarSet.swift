import Files
import Foundation
import Images
import Kernels
import Synchronization

/// The built-in data set: folders of drawn avatars.
public enum AvatarSet {
    /// The allowed sizes of an image, in pixels: smaller faces are unreadable, and larger ones gain nothing.
    public static let sizes = 16...1024

    /// Draws avatars into a folder: `00000.png` and so on, and `attributes.csv` with a row for each.
    ///
    /// The same seed gives the same files. A folder that holds `attributes.csv` is complete, since it is
    /// written last. After an error nothing is left behind.
    ///
    /// - Parameters:
    ///   - count: the number of images to draw.
    ///   - size: the images' side in pixels, within `sizes`.
    ///   - folder: the folder to write to: a new or an empty one.
    ///   - classes: the attribute whose values become subfolders; nil for one folder.
    ///   - labels: whether to draw label maps too: then the images are in `images`, the maps (PNG with a
    ///     palette, indices from `AvatarLabel`) under the same names in `labels`, and `labels.txt` names the
    ///     indices.
    ///   - pairs: the kind of pairs, nil for none: then the images are in `A` and `B`, or `low` and `high`.
    ///   - progress: called with the number of images done, from any thread, in no strict order.
    /// - Throws: `AvatarSetError`.
    public static func write(
        count: Int, size: Int, to folder: String, seed: UInt64 = 0, classes: AvatarAttribute? = nil,
        labels: Bool = false, pairs: AvatarPairs? = nil, progress: @Sendable (_ done: Int) -> Void = { _ in }
    ) throws(AvatarSetError) {
        precondition(count > 0 && sizes.contains(size))
        let made = try prepare(folder)
        do {
            let plan = Plan(
                count: count, size: size, folder: folder, seed: seed, classes: classes, labels: labels,
                pairs: pairs)
            try plan.makeFolders()
            try plan.draw(progress: progress)
            try plan.writeTables()
        } catch {
            discard(made, in: folder)
            throw error
        }
    }

    /// Makes the folder unless it is there and empty; returns the topmost folder made, if any.
    private static func prepare(_ folder: String) throws(AvatarSetError) -> String? {
        let files = FileManager.default
        var isFolder: ObjCBool = false
        if files.fileExists(atPath: folder, isDirectory: &isFolder) {
            guard isFolder.boolValue else { throw .notAFolder(path: folder) }
            guard let content = try? files.contentsOfDirectory(atPath: folder) else {
                throw .unwritable(path: folder, reason: "it cannot be listed")
            }
            guard content.isEmpty else { throw .notEmpty(path: folder) }
            return nil
        }
        var topmost = URL(fileURLWithPath: folder).standardizedFileURL
        while !files.fileExists(atPath: topmost.deletingLastPathComponent().path) {
            topmost.deleteLastPathComponent()
        }
        try makeFolder(folder)
        return topmost.path
    }

    private static func discard(_ made: String?, in folder: String) {
        let files = FileManager.default
        if let made {
            try? files.removeItem(atPath: made)
        } else {
            for name in (try? files.contentsOfDirectory(atPath: folder)) ?? [] {
                try? files.removeItem(atPath: folder + "/" + name)
            }
        }
    }

    fileprivate static func makeFolder(_ path: String) throws(AvatarSetError) {
        do throws(FileError) {
            try Files.makeFolder(path)
        } catch {
            throw .unwritable(path: error.path, reason: error.reason)
        }
    }

    fileprivate static func write(_ bytes: [UInt8], to path: String) throws(AvatarSetError) {
        func failure() -> AvatarSetError { .unwritable(path: path, reason: systemReason()) }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw failure() }
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { rest in
                Foundation.write(file, rest.baseAddress! + written, rest.count - written)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let failure = failure()
                close(file)
                throw failure
            }
            written += count
        }
        guard close(file) == 0 else { throw failure() }
    }
}

/// Why a set of avatars could not be written.
public enum AvatarSetError: Error, Hashable, CustomStringConvertible {
    case notAFolder(path: String)
    case notEmpty(path: String)
    case unwritable(path: String, reason: String)

    /// The problem and what to do about it, in one line.
    public var description: String {
        switch self {
        case .notAFolder(let path):
            "\(path): is a file; avatars go into a folder, a new or an empty one"
        case .notEmpty(let path):
            "\(path): is not empty; avatars go into a new or an empty folder"
        case .unwritable(let path, let reason):
            "\(path): cannot be written: \(reason)"
        }
    }
}

/// The plan of a set: which file holds which avatar.
private struct Plan {
    let count: Int
    let size: Int
    let folder: String
    let seed: UInt64
    let classes: AvatarAttribute?
    let labels: Bool
    let pairs: AvatarPairs?

    /// One of the images that are drawn for each index.
    private struct Drawing {
        /// The folder it goes to, with a slash, or empty.
        let folder: String
        /// What is added to the index to get that of the avatar.
        var offset = 0
        /// Whether it has a row in the table of attributes.
        var isListed = true
        let pngData: (Avatar) -> [UInt8]
    }

    private var drawings: [Drawing] {
        let image = { (avatar: Avatar) in avatar.image(size: size).pngData() }
        if labels {
            let map = { (avatar: Avatar) in
                Image(width: size, height: size, channels: 1, pixels: avatar.labels(size: size))
                    .indexedPNGData(palette: AvatarLabel.allCases.map(\.color))
            }
            return [
                Drawing(folder: "images/", pngData: image),
                Drawing(folder: "labels/", isListed: false, pngData: map),
            ]
        }
        switch pairs {
        case nil: return [Drawing(folder: "", pngData: image)]
        case .outlines:
            let outline = { (avatar: Avatar) in avatar.outline(size: size).pngData() }
            return [
                Drawing(folder: "A/", isListed: false, pngData: outline),
                Drawing(folder: "B/", pngData: image),
            ]
        case .night:
            let night = { (avatar: Avatar) in avatar.nightImage(size: size).pngData() }
            return [
                Drawing(folder: "A/", pngData: image), Drawing(folder: "B/", offset: count, pngData: night),
            ]
        case .resolutions:
            let side = max(1, size / 4)
            let small = { (avatar: Avatar) in
                avatar.image(size: size).resized(width: side, height: side).pngData()
            }
            return [
                Drawing(folder: "low/", isListed: false, pngData: small),
                Drawing(folder: "high/", pngData: image),
            ]
        }
    }

    func makeFolders() throws(AvatarSetError) {
        for subfolder in classes?.values ?? [""] {
            for drawing in drawings {
                try AvatarSet.makeFolder(folder + "/" + drawing.folder + subfolder)
            }
        }
    }

    /// An avatar's file inside the folder of images or of labels.
    private func name(_ index: Int, _ attributes: AvatarAttributes) -> String {
        let number = String(index)
        let digits = max(5, String(count - 1).count)
        let file = String(repeating: "0", count: digits - number.count) + number + ".png"
        return if let classes { attributes[classes] + "/" + file } else { file }
    }

    func draw(progress: @Sendable (Int) -> Void) throws(AvatarSetError) {
        let failure = Mutex<AvatarSetError?>(nil)
        let done = Atomic<Int>(0)
        Parallel.forEach(count) { index in
            guard failure.withLock({ $0 == nil }) else { return }
            do throws(AvatarSetError) {
                try draw(index)
                progress(done.wrappingAdd(1, ordering: .relaxed).newValue)
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
    }

    private func draw(_ index: Int) throws(AvatarSetError) {
        for drawing in drawings {
            let avatar = Avatar(seed: seed, index: UInt64(index + drawing.offset))
            // Written plainly: syncing thousands of small files to disk one by one would take longer than
            // drawing them, and the set is known to be complete by its last file.
            try AvatarSet.write(
                drawing.pngData(avatar),
                to: folder + "/" + drawing.folder + name(index, avatar.attributes))
        }
    }

    func writeTables() throws(AvatarSetError) {
        if labels {
            let lines = AvatarLabel.allCases.map { "\($0.rawValue) \($0.name)\n" }
            try AvatarSet.write(Array(lines.joined().utf8), to: folder + "/labels.txt")
        }
        var table = (["file"] + AvatarAttribute.allCases.map(\.rawValue)).joined(separator: ",") + "\n"
        for drawing in drawings where drawing.isListed {
            for index in 0..<count {
                let attributes = AvatarAttributes(seed: seed, index: UInt64(index + drawing.offset))
                let row =
                    [drawing.folder + name(index, attributes)]
                    + AvatarAttribute.allCases.map { attributes[$0] }
                table += row.joined(separator: ",") + "\n"
            }
        }
        try AvatarSet.write(Array(table.utf8), to: folder + "/attributes.csv")
    }
}

extension AvatarLabel {
    /// The color of the label in a map's palette, distinct from all others.
    fileprivate var color: [UInt8] {
        switch self {
        case .background: [236, 239, 244]
        case .clothing: [76, 114, 176]
        case .skin: [244, 194, 156]
        case .hair: [92, 64, 51]
        case .beard: [150, 98, 60]
        case .eyes: [64, 190, 222]
        case .brows: [30, 24, 34]
        case .nose: [226, 128, 96]
        case .mouth: [205, 50, 74]
        case .glasses: [128, 92, 196]
        case .hat: [242, 178, 48]
        }
    }
}
